/**
 * The errors of the sign-in service: number, OAuth error, status where it is not 400, and a text in Microsoft's words. Source:
 * Microsoft Entra "authentication and authorization error codes" and observed answers, November 2026. Which OAuth error
 * comes with a number is documented for a part of them only.
 */
import { type EntraErrorEntry, longEntraErrors } from './error-table-long.ts'

export type { EntraErrorEntry }

/** By number. */
export const entraErrors: Readonly<Record<number, EntraErrorEntry>> = {
  ...longEntraErrors,
  16000: {
    error: 'interaction_required',
    text: "User account '{user}' from identity provider 'live.com' does not exist in tenant and cannot access the application in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different Microsoft Entra ID user account.",
  },
  28000: {
    error: 'invalid_request',
    text: 'Provided value for the input parameter scope is not valid because it contains more than one resource.',
  },
  50000: {
    error: 'server_error',
    status: 500,
    text: 'There was an error issuing a token or an issue with our sign-in service.',
  },
  50001: { error: 'invalid_resource', text: 'The resource principal is disabled or does not exist.' },
  50002: {
    error: 'invalid_request',
    text: 'Sign-in failed because of a restricted proxy access on the tenant.',
  },
  50005: {
    error: 'interaction_required',
    text: 'User tried to log in to a device from a platform that is currently not supported through Conditional Access policy.',
  },
  50011: {
    error: 'invalid_request',
    text: 'The redirect URI specified in the request does not match the redirect URIs configured for the application.',
  },
  50012: {
    error: 'invalid_client',
    status: 401,
    text: "Authentication failed. Thumbprint of the signing certificate isn't authorized.",
  },
  50013: { error: 'invalid_client', status: 401, text: 'Assertion failed signature validation.' },
  50020: {
    error: 'invalid_grant',
    text: 'User account from identity provider does not exist in tenant and cannot access the application in that tenant.',
  },
  50027: { error: 'invalid_client', status: 401, text: 'JWT token is invalid or malformed.' },
  50033: {
    error: 'temporarily_unavailable',
    status: 503,
    text: 'A transient error has occurred. Please try again.',
  },
  50034: {
    error: 'invalid_grant',
    text: 'The user account does not exist in the directory. To sign into this application, the account must be added to the directory.',
  },
  50053: {
    error: 'invalid_grant',
    text: "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.",
  },
  50055: { error: 'invalid_grant', suberror: 'bad_token', text: 'The password is expired.' },
  50057: { error: 'invalid_grant', text: 'The user account is disabled.' },
  50058: { error: 'login_required', text: 'A silent sign-in request was sent but no user is signed in.' },
  50059: {
    error: 'invalid_request',
    text: 'No tenant-identifying information found in either the request or implied by any provided credentials.',
  },
  50072: {
    error: 'interaction_required',
    suberror: 'basic_action',
    text: 'Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access the resource.',
  },
  50074: {
    error: 'interaction_required',
    suberror: 'basic_action',
    text: 'Strong Authentication is required.',
  },
  50076: {
    error: 'interaction_required',
    suberror: 'basic_action',
    text: 'Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access the resource.',
  },
  50078: {
    error: 'interaction_required',
    suberror: 'basic_action',
    text: 'Presented multi-factor authentication has expired due to policies configured by your administrator, you must refresh your multi-factor authentication to access the resource.',
  },
  50079: {
    error: 'interaction_required',
    suberror: 'basic_action',
    text: 'Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access the resource.',
  },
  50089: { error: 'invalid_grant', text: 'Authentication failed due to flow token expired.' },
  50097: {
    error: 'interaction_required',
    suberror: 'additional_action',
    text: 'Device authentication is required.',
  },
  50105: {
    error: 'invalid_grant',
    text: "Your administrator has configured the application to block users unless they are specifically granted ('assigned') access to the application. The signed in user is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator.",
  },
  50125: {
    error: 'interaction_required',
    text: 'Sign-in was interrupted due to a password reset or password registration entry.',
  },
  50126: {
    error: 'invalid_grant',
    text: 'Error validating credentials due to invalid username or password.',
  },
  50128: {
    error: 'invalid_request',
    text: 'Invalid domain name - No tenant-identifying information found in either the request or implied by any provided credentials.',
  },
  50131: {
    error: 'access_denied',
    text: 'Device is not in required device state or request was blocked due to suspicious activity, access policy, or security policy decisions.',
  },
  50132: {
    error: 'invalid_grant',
    suberror: 'bad_token',
    text: 'The session is not valid due to password expiration or recent password change.',
  },
  50133: {
    error: 'invalid_grant',
    suberror: 'bad_token',
    text: 'The session is not valid due to password expiration or recent password change.',
  },
  50134: {
    error: 'invalid_grant',
    text: 'To authorize a request that was initiated by an app in the OAuth 2.0 device flow, the authorizing party must be in the same data center where the original request resides.',
  },
  50135: { error: 'interaction_required', text: 'Password change is required due to account risk.' },
  50144: { error: 'invalid_grant', text: "The user's Active Directory password has expired." },
  50148: {
    error: 'invalid_grant',
    text: 'The code_verifier does not match the code_challenge supplied in the authorization request for PKCE.',
  },
  50155: { error: 'interaction_required', text: 'Device authentication failed for this user.' },
  50158: {
    error: 'interaction_required',
    suberror: 'basic_action',
    text: 'External security challenge not satisfied. User will be redirected to another page or authentication provider to satisfy additional authentication challenges.',
  },
  50173: {
    error: 'invalid_grant',
    suberror: 'bad_token',
    text: 'The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.',
  },
  50187: { error: 'interaction_required', text: 'Failed to perform device authentication.' },
  50194: {
    error: 'invalid_request',
    text: 'The application is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps.',
  },
  50196: {
    error: 'invalid_grant',
    text: 'The server terminated an operation because it encountered a client request loop. Please contact your app vendor.',
  },
  50199: {
    error: 'interaction_required',
    text: 'For security reasons, user confirmation is required for this request. Please repeat the request allowing user interaction.',
  },
  53000: {
    error: 'interaction_required',
    suberror: 'message_only',
    text: 'Device is not in required device state: unregistered. Conditional Access policy requires a compliant device, and the device is not compliant.',
  },
  53001: {
    error: 'interaction_required',
    suberror: 'message_only',
    text: 'Device is not in required device state: unregistered. Conditional Access policy requires a domain joined device, and the device is not domain joined.',
  },
  53002: {
    error: 'access_denied',
    suberror: 'message_only',
    text: 'The app needs to be an approved app for Conditional Access.',
  },
  53003: {
    error: 'access_denied',
    suberror: 'message_only',
    text: 'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
  },
  53004: {
    error: 'interaction_required',
    suberror: 'message_only',
    text: 'User needs to complete Multi-factor authentication registration process before accessing this content. The registration was blocked due to risk.',
  },
  53010: {
    error: 'access_denied',
    text: 'Cannot configure multi-factor authentication methods because the organization requires this information to be set from specific locations or devices.',
  },
  53011: {
    error: 'access_denied',
    suberror: 'message_only',
    text: 'User blocked due to risk on home tenant.',
  },
  54000: {
    error: 'access_denied',
    text: 'User is not allowed to access the application due to legal age group rules.',
  },
  54005: {
    error: 'invalid_grant',
    text: 'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
  },
  65001: {
    error: 'invalid_grant',
    suberror: 'consent_required',
    text: 'The user or administrator has not consented to use the application. Send an interactive authorization request for this user and resource.',
  },
  65002: {
    error: 'invalid_request',
    text: 'Consent between first party application and first party resource must be configured via preauthorization - applications owned and operated by Microsoft must get approval from the API owner before requesting tokens for that API.',
  },
  65004: { error: 'consent_required', text: 'User declined to consent to access the app.' },
  65005: {
    error: 'invalid_resource',
    text: "The application's required resource access list does not contain applications discoverable by the resource.",
  },
  70000: { error: 'invalid_grant', suberror: 'bad_token', text: 'Provided grant is invalid or malformed.' },
  70001: { error: 'unauthorized_client', text: 'The application is disabled.' },
  70002: { error: 'invalid_client', status: 401, text: 'Error validating credentials.' },
  70003: { error: 'unsupported_grant_type', text: 'The app requested an unsupported grant type.' },
  70008: {
    error: 'invalid_grant',
    suberror: 'bad_token',
    text: 'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.',
  },
  70011: { error: 'invalid_scope', text: "The provided value for the input parameter 'scope' is not valid." },
  70016: {
    error: 'authorization_pending',
    text: 'OAuth 2.0 device flow error. Authorization is pending. Continue polling.',
  },
  70018: {
    error: 'bad_verification_code',
    text: 'Invalid verification code due to user typing in wrong user code for device code flow.',
  },
  70019: { error: 'expired_token', text: 'Verification code expired.' },
  70020: {
    error: 'expired_token',
    text: "The provided value for the input parameter 'device_code' is not valid. This device code has expired.",
  },
  70043: {
    error: 'invalid_grant',
    suberror: 'bad_token',
    text: 'The refresh token has expired or is invalid due to sign-in frequency checks by conditional access.',
  },
  90002: {
    error: 'invalid_request',
    text: 'Tenant not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.',
  },
  90006: {
    error: 'temporarily_unavailable',
    status: 503,
    text: 'The service is temporarily unavailable. Please retry later.',
  },
  90008: {
    error: 'invalid_grant',
    text: "The application is requesting a token for itself. The user or administrator has not consented to use the application. At the minimum, it requires the permission to sign in and read the user's profile.",
  },
  90012: { error: 'temporarily_unavailable', status: 504, text: 'The request has timed out.' },
  90014: {
    error: 'invalid_request',
    text: 'The required field is missing from the credential. Ensure that you have all the necessary parameters for the login request.',
  },
  90019: {
    error: 'invalid_request',
    text: 'No tenant-identifying information found in either the request or implied by any provided credentials.',
  },
  90024: {
    error: 'temporarily_unavailable',
    status: 503,
    text: 'A transient error has occurred. Please try again.',
  },
  90033: {
    error: 'temporarily_unavailable',
    status: 503,
    text: 'A transient error has occurred. Please try again.',
  },
  90038: { error: 'invalid_request', text: 'Tenant request is being redirected to the National Cloud.' },
  90055: {
    error: 'temporarily_unavailable',
    status: 429,
    text: 'The server is busy processing too many requests.',
  },
  90072: {
    error: 'interaction_required',
    text: 'User account from external identity provider does not exist in tenant and cannot access the application in that tenant. The account needs to be added as an external user in the tenant first.',
  },
  90090: {
    error: 'temporarily_unavailable',
    status: 503,
    text: 'A transient error has occurred. Please try again.',
  },
  90093: {
    error: 'access_denied',
    text: "This operation can only be performed by an administrator. Sign out and sign in as an administrator or contact one of your organization's administrators.",
  },
  90094: {
    error: 'access_denied',
    text: 'An administrator of the organization has set a policy that prevents you from granting the application the permissions it is requesting. Admin consent is required.',
  },
  90095: {
    error: 'access_denied',
    text: 'Admin consent is required for the permissions requested by this application. An admin consent request was sent to the admins.',
  },
  90099: {
    error: 'unauthorized_client',
    text: 'The application has not been authorized in the tenant. Applications must be authorized to access the customer tenant before partner delegated administrators can use them.',
  },
  90100: { error: 'invalid_request', text: 'The parameter is empty or not valid.' },
  90119: { error: 'invalid_request', text: 'The user code is null or empty.' },
  90120: {
    error: 'invalid_grant',
    text: 'This device flow request has already been authorized or declined.',
  },
  90130: {
    error: 'invalid_request',
    text: 'The application is not supported over the /common or /consumers endpoints.',
  },
}
