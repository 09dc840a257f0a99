/** Answers that carry a status of HTTP and nothing that explains it: a broken service, or something between here and Microsoft. */
import { type ExplanationRow, retriedByItself } from '../explanation.ts'

export const statusExplanations: readonly ExplanationRow[] = [
  {
    codes: ['HTTP 401'],
    happened: 'The service does not accept the sign-in, and does not say why.',
    why: 'The access token may have been removed on the way, or something else than Microsoft has answered.',
    remedy: 'Check the proxy and the firewall between this server and Microsoft.',
  },
  {
    codes: ['HTTP 403'],
    happened: 'The request is denied without a reason.',
    why: 'Perhaps a proxy or a firewall between here and Microsoft has answered in its place.',
    remedy:
      'Let the proxy or firewall pass the addresses of Microsoft Graph and of the sign-in of this cloud; if there is none, ask Microsoft support with the request id and time.',
  },
  {
    codes: ['HTTP 404'],
    happened: 'The service does not know the address, and does not say why.',
    why: 'What was asked for is gone, or something else than Microsoft has answered.',
    remedy: 'Try again; if it stays so, check the addresses configured for this cloud.',
  },
  {
    codes: ['HTTP 429', 'HTTP 509'],
    happened: 'Microsoft limits the requests of this organization.',
    why: 'There were more than the service allows in a while.',
    remedy: 'Nothing needs to be done: the server waits as long as Microsoft asks.',
  },
  {
    codes: ['HTTP 408', 'HTTP 500', 'HTTP 502', 'HTTP 503', 'HTTP 504'],
    happened: 'The service has a passing failure.',
    why: 'It is overloaded or restarts, or a gateway in front of it does not reach it.',
    remedy: retriedByItself,
  },
]
