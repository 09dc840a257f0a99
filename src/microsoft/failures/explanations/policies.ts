/** AADSTS numbers about second factors, Conditional Access, devices and risk. */
import type { ExplanationRow } from '../explanation.ts'

const otherWay =
  'Sign in with the Automatic Credential Process in a browser on a managed device, or use the Manual Process.'
const whichPolicy =
  'Look at Entra admin center > Sign-in logs > Conditional Access for the policy, and exempt this sign-in or use another method: the Automatic Credential Process, the Device Code Process or the Manual Process.'

export const policyExplanations: readonly ExplanationRow[] = [
  {
    codes: [50072],
    happened: 'The account must register for multifactor authentication first.',
    why: 'The organization requires a second factor, and this account has none yet.',
    remedy: 'Register a second factor for the account (aka.ms/mfasetup), then sign in again.',
  },
  {
    codes: [50079],
    happened: 'The account must register for multifactor authentication first.',
    why: 'An administrator has changed the rules, or the sign-in comes from a new place, and the account has no second factor yet.',
    remedy: 'Register a second factor for the account (aka.ms/mfasetup), then sign in again.',
  },
  {
    codes: [50074],
    happened: 'A second factor is required and was not passed.',
    why: 'The organization asks for multifactor authentication.',
    remedy: 'Sign in again and complete the second factor.',
  },
  {
    codes: [50076],
    happened: 'A second factor is required.',
    why: 'A Conditional Access policy, a setting of the account or a new location asks for multifactor authentication.',
    remedy: 'Sign in again and complete the second factor.',
  },
  {
    codes: [50078],
    happened: 'The second factor has expired.',
    why: 'The organization limits how long a completed multifactor authentication counts.',
    remedy: 'Sign in again and complete the second factor anew.',
  },
  {
    codes: [50158],
    happened: 'An outside check of the sign-in was not passed.',
    why: 'The organization uses a second factor of another provider, which was not completed.',
    remedy: "Sign in again and complete the provider's check.",
  },
  {
    codes: [50005],
    happened: 'The device is not accepted for this sign-in.',
    why: 'A Conditional Access policy does not know the operating system or browser that was used.',
    remedy: otherWay,
  },
  {
    codes: [50097, 50155, 50187],
    happened: 'The device has to prove itself for this sign-in.',
    why: 'A Conditional Access policy wants a registered device, and the browser did not (or cannot) prove one; a one-time code never can.',
    remedy: otherWay,
  },
  {
    codes: [50131],
    happened: 'Conditional Access refuses the sign-in.',
    why: 'The state of the device, suspicious activity or a policy of the organization stands against it.',
    remedy: whichPolicy,
  },
  {
    codes: [53000, 530002],
    happened: 'The device is not accepted for this sign-in.',
    why: 'A Conditional Access policy wants a compliant device, and this one is not, or a one-time code could not prove it.',
    remedy: otherWay,
  },
  {
    codes: [53001],
    happened: 'The device is not accepted for this sign-in.',
    why: 'A Conditional Access policy wants a device that is joined to the domain, and this one is not, or a one-time code could not prove it.',
    remedy: otherWay,
  },
  {
    codes: [530003],
    happened: 'The device is not accepted for this sign-in.',
    why: 'A Conditional Access policy wants a managed device, and this one is not, or a one-time code could not prove it.',
    remedy: otherWay,
  },
  {
    codes: [53002],
    happened: 'The application used for the sign-in is not on the list of approved ones.',
    why: 'A Conditional Access policy lets in approved applications only.',
    remedy: whichPolicy,
  },
  {
    codes: [53003],
    happened: 'A Conditional Access policy of the organization blocks this sign-in.',
    why: 'Sign-ins with a one-time code are blocked in many organizations; others forbid certain places, devices or applications.',
    remedy: whichPolicy,
  },
  {
    codes: [530032],
    happened: 'A security policy of the organization blocks this sign-in.',
    why: 'An administrator has set it up for the whole organization.',
    remedy: whichPolicy,
  },
  {
    codes: [530035],
    happened: 'The security defaults of the organization block this sign-in.',
    why: "Microsoft's security defaults are switched on there and count this way of signing in as unsafe.",
    remedy:
      'Use the Automatic Credential Process in a browser with a second factor, or the Manual Process; an administrator can also replace the security defaults by Conditional Access.',
  },
  {
    codes: [530034],
    happened: "A partner's administrator is blocked because of a risk.",
    why: 'Microsoft sees suspicious activity of the account in its home organization.',
    remedy: 'Have the risk remediated in the home organization, or use an administrator of the customer.',
  },
  {
    codes: [53004],
    happened: 'The account cannot register its second factor because of a risk.',
    why: 'Microsoft Entra ID Protection sees suspicious activity, and the account must register a second factor first.',
    remedy: 'Register the second factor from a trusted place, or use another administrator.',
  },
  {
    codes: [53010],
    happened: 'The second factor cannot be registered from here.',
    why: 'The organization allows that from certain places or devices only.',
    remedy: 'Register it from such a place (aka.ms/mfasetup), then sign in again.',
  },
  {
    codes: [53011],
    happened: 'The account is blocked because of a risk in its home organization.',
    why: 'Microsoft Entra ID Protection sees suspicious activity.',
    remedy: 'Have the risk remediated in the Entra admin center, or use another administrator.',
  },
  {
    codes: [50002, 500021, 500022],
    happened: 'The network does not let this organization be reached.',
    why: 'A proxy between here and Microsoft adds tenant restrictions, and the organization is not on its list.',
    remedy: "Have the organization added to the proxy's list of allowed tenants.",
  },
  {
    codes: [500212, 500213],
    happened: 'The rules between the two organizations do not allow the sign-in.',
    why: 'A cross-tenant access policy of the home or of the visited organization forbids it.',
    remedy: 'Sign in with an account whose home is the organization that is being added.',
  },
]
