/** AADSTS numbers about the organization that is meant and its cloud. */
import type { ExplanationRow } from '../explanation.ts'

export const tenantExplanations: readonly ExplanationRow[] = [
  {
    codes: [50059, 50128, 90019],
    happened: 'Microsoft cannot tell which organization is meant.',
    why: 'The request carried no tenant, and neither did the account.',
    remedy: "Use the organization's tenant id or one of its domains.",
  },
  {
    codes: [90002],
    happened: 'The organization was not found.',
    why: 'Tenant ID or domain is misspelt, the organization has no active subscription, or it belongs to another cloud.',
    remedy: 'Check the Tenant ID or domain, and try another cloud.',
  },
  {
    codes: [900023],
    happened: 'The tenant is neither a valid id nor a valid domain.',
    why: 'The Tenant ID or domain is misspelt.',
    remedy: 'Enter the Tenant ID (a GUID) or a domain such as contoso.com.',
  },
  {
    codes: [90038],
    happened: 'The organization belongs to another cloud.',
    why: 'Each national cloud has a sign-in of its own, and this one does not pass on to it.',
    remedy: 'Choose the cloud of the organization.',
  },
  {
    codes: [900439],
    happened: 'The organization belongs to the cloud of the US Government.',
    why: 'Its accounts cannot sign in at the public address of Microsoft.',
    remedy: 'Choose GCC High or DoD as cloud.',
  },
  {
    codes: [900382, 900432],
    happened: 'The application belongs to another cloud than the organization.',
    why: 'An application with a credential cannot be used across clouds.',
    remedy: 'Choose the cloud of the organization, and register the application there.',
  },
  {
    codes: [1000104],
    happened: "The account's home organization does not allow this cloud.",
    why: 'Its settings for other Microsoft clouds leave the chosen one out.',
    remedy: 'Sign in with an account whose home is the organization that is being added.',
  },
  {
    codes: [9001023, 90130],
    happened: 'Microsoft needs to know the organization for this request.',
    why: 'It was sent to the address for all organizations.',
    remedy: "Use the organization's tenant id.",
  },
]
