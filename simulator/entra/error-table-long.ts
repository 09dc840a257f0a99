/** Errors of the sign-in service with six digits and more: see `error-table.ts`. */
export type EntraErrorEntry = {
  readonly error: string
  readonly status?: number
  readonly suberror?: string
  readonly text: string
}

export const longEntraErrors: Readonly<Record<number, EntraErrorEntry>> = {
  500011: {
    error: 'invalid_resource',
    text: 'The resource principal was not found in the tenant. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.',
  },
  500021: { error: 'access_denied', text: 'Access to the tenant is denied.' },
  500022: { error: 'access_denied', text: 'Access to the tenant is denied.' },
  500112: {
    error: 'invalid_grant',
    text: 'The return URL does not match the one of the authorization request.',
  },
  500113: { error: 'invalid_request', text: 'No reply address is registered for the application.' },
  500212: {
    error: 'access_denied',
    text: 'Your administrator does not allow access to the resource tenant.',
  },
  500213: {
    error: 'access_denied',
    text: "The resource tenant's cross-tenant access policy does not allow this user to access this tenant.",
  },
  501481: {
    error: 'invalid_grant',
    text: 'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
  },
  530002: {
    error: 'interaction_required',
    suberror: 'message_only',
    text: 'Your device is required to be compliant to access this resource.',
  },
  530003: {
    error: 'interaction_required',
    suberror: 'message_only',
    text: 'Your device is required to be managed to access this resource.',
  },
  530032: {
    error: 'access_denied',
    suberror: 'message_only',
    text: 'Blocked by Conditional Access on security policy. The tenant admin has configured a security policy that blocks this request.',
  },
  530034: {
    error: 'access_denied',
    text: 'A delegated administrator was blocked from accessing the tenant due to account risk in their home tenant.',
  },
  530035: {
    error: 'access_denied',
    suberror: 'message_only',
    text: 'Access has been blocked by security defaults. The request is deemed unsafe by security defaults policies.',
  },
  650051: {
    error: 'invalid_client',
    text: 'Using application is currently not supported for your organization because it is in an unmanaged state or the service principal cannot be created.',
  },
  650052: {
    error: 'invalid_client',
    text: 'The app is trying to access a service that your organization lacks a service principal for. Contact your IT Admin to review the configuration of your service subscriptions.',
  },
  650054: {
    error: 'invalid_resource',
    text: 'The application asked for permissions to access a resource that has been removed or is no longer available.',
  },
  650056: {
    error: 'invalid_client',
    text: "Misconfigured application. The client has not listed any permissions in the requested permissions in the client's application registration, or the admin has not consented in the tenant.",
  },
  650057: {
    error: 'invalid_resource',
    text: "Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application registration.",
  },
  700005: {
    error: 'invalid_grant',
    text: 'Provided Authorization Code is intended to use against other tenant, thus rejected.',
  },
  700011: {
    error: 'unauthorized_client',
    text: 'Application with identifier was not found in the directory.',
  },
  700016: {
    error: 'unauthorized_client',
    text: 'Application was not found in the directory. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.',
  },
  700020: { error: 'interaction_required', text: 'The access grant requires interaction.' },
  700021: {
    error: 'invalid_client',
    status: 401,
    text: "Client assertion application identifier doesn't match 'client_id' parameter.",
  },
  700022: {
    error: 'invalid_scope',
    text: 'The provided value for the input parameter scope is not valid because it contains more than one resource.',
  },
  700023: {
    error: 'invalid_client',
    status: 401,
    text: 'Client assertion audience claim does not match Realm issuer.',
  },
  700024: {
    error: 'invalid_client',
    status: 401,
    text: 'Client assertion is not within its valid time range.',
  },
  700025: {
    error: 'invalid_client',
    status: 401,
    text: "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
  },
  700027: {
    error: 'invalid_client',
    status: 401,
    text: 'The certificate with identifier used to sign the client assertion is not registered on application.',
  },
  700030: {
    error: 'invalid_client',
    status: 401,
    text: 'Invalid certificate - subject name in certificate is not authorized.',
  },
  700054: {
    error: 'unsupported_response_type',
    text: "response_type 'id_token' is not enabled for the application.",
  },
  700082: {
    error: 'invalid_grant',
    suberror: 'bad_token',
    text: 'The refresh token has expired due to inactivity.',
  },
  900023: {
    error: 'invalid_request',
    text: 'Specified tenant identifier is neither a valid DNS name, nor a valid external domain.',
  },
  900144: {
    error: 'invalid_request',
    text: "The request body must contain the following parameter: 'grant_type'.",
  },
  900382: { error: 'invalid_request', text: 'Confidential Client is not supported in Cross Cloud request.' },
  900432: { error: 'invalid_request', text: 'Confidential Client is not supported in Cross Cloud request.' },
  900439: {
    error: 'invalid_request',
    text: 'USGClientNotSupportedOnPublicEndpoint: US Government clients are not supported on the public endpoint.',
  },
  900561: {
    error: 'invalid_request',
    text: 'The endpoint only accepts POST requests. Received a GET request.',
  },
  900941: { error: 'access_denied', text: 'An administrator must consent: the app is considered risky.' },
  900971: { error: 'invalid_request', text: 'No reply address provided.' },
  900981: { error: 'access_denied', text: 'An admin consent request was received for a risky app.' },
  1000031: {
    error: 'unauthorized_client',
    text: 'Application cannot be accessed at this time. Contact your administrator.',
  },
  1000104: { error: 'invalid_request', text: 'The resource cloud is not allowed on the identity tenant.' },
  1002012: {
    error: 'invalid_scope',
    text: 'The provided value for scope is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier.',
  },
  7000112: { error: 'unauthorized_client', text: 'Application is disabled.' },
  7000215: {
    error: 'invalid_client',
    status: 401,
    text: 'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app.',
  },
  7000218: {
    error: 'invalid_client',
    status: 401,
    text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  },
  7000222: {
    error: 'invalid_client',
    status: 401,
    text: 'The provided client secret keys for app are expired.',
  },
  7000229: {
    error: 'invalid_client',
    status: 401,
    text: 'The client application is missing service principal in the tenant.',
  },
  9000411: {
    error: 'invalid_request',
    text: 'The request is not properly formatted. A parameter is duplicated.',
  },
  9001023: {
    error: 'invalid_request',
    text: 'The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.',
  },
  9002313: { error: 'invalid_grant', text: 'Invalid request. Request is malformed or invalid.' },
  9002326: {
    error: 'invalid_request',
    text: "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type.",
  },
}
