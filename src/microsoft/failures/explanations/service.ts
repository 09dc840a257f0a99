/** AADSTS numbers about the sign-in service itself: passing failures, limits, and requests it cannot read. */
import { type ExplanationRow, reportIt, retriedByItself } from '../explanation.ts'

export const serviceExplanations: readonly ExplanationRow[] = [
  {
    codes: [50033],
    happened: "Microsoft's sign-in service has a passing failure.",
    why: 'One of its parts did not answer.',
    remedy: retriedByItself,
  },
  {
    codes: [90006],
    happened: "Microsoft's sign-in service has a passing failure.",
    why: 'A service behind it is not available at the moment.',
    remedy: retriedByItself,
  },
  {
    codes: [90012],
    happened: "Microsoft's sign-in service did not answer in time.",
    why: 'The request timed out inside of Microsoft.',
    remedy: retriedByItself,
  },
  {
    codes: [90024],
    happened: "Microsoft's sign-in service has a passing failure.",
    why: 'The request took longer than the service allows.',
    remedy: retriedByItself,
  },
  {
    codes: [90033],
    happened: "Microsoft's directory does not answer.",
    why: 'The sign-in service cannot reach the service that holds users and applications.',
    remedy: retriedByItself,
  },
  {
    codes: [90090],
    happened: "Microsoft's directory has a passing failure.",
    why: 'The sign-in service could not read the directory.',
    remedy: retriedByItself,
  },
  {
    codes: [90055],
    happened: 'Microsoft limits the sign-ins of this organization.',
    why: 'There were too many requests, or the organization is blocked.',
    remedy: 'Wait; the server tries again by itself.',
  },
  {
    codes: [50196],
    happened: 'Microsoft stopped a loop of identical requests.',
    why: 'The same token was asked for too many times in a short while.',
    remedy: 'Wait a few minutes. If it happens again, report it with the log of this server.',
  },
  {
    codes: [50000],
    happened: "Microsoft's sign-in service could not make a token.",
    why: 'There is a problem inside of the service.',
    remedy: 'Try again; if it stays so, open a support ticket at Microsoft with the correlation id and time.',
  },
  {
    codes: [70011, 28000, 1002012],
    happened: 'The permissions were asked for in a form that is not valid.',
    why: 'Their address does not belong to this cloud.',
    remedy: 'Check the chosen cloud and the addresses configured for it.',
  },
  {
    codes: [700022],
    happened: 'One request asked for permissions of several services.',
    why: 'Microsoft gives a token for one service at a time.',
    remedy: reportIt,
  },
  {
    codes: [90014],
    happened: 'The request lacked something that Microsoft needs.',
    why: 'A required field is missing.',
    remedy: reportIt,
  },
  {
    codes: [900144],
    happened: 'The request lacked a parameter that Microsoft needs.',
    why: 'Its body is incomplete, perhaps because a proxy changed it.',
    remedy: reportIt,
  },
  {
    codes: [70003, 900561, 9000411, 9002313, 500112, 90100],
    happened: 'Microsoft could not read the request.',
    why: 'It is malformed, perhaps because a proxy changed it.',
    remedy: reportIt,
  },
]
