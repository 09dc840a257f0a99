/** What a stranger may ask for: health, and what takes a secret of its own instead of a session. `METHOD path`, as the API describes them. */
export const openRoutes: ReadonlySet<string> = new Set([
  'GET /api/v1/health',
  'GET /api/v1/ready',
  'GET /api/v1/setup',
  'POST /api/v1/setup/operator',
  'GET /api/v1/session/options',
  'POST /api/v1/session',
  'POST /api/v1/session/second-step',
  'POST /api/v1/session/second-step/passkey-options',
  'POST /api/v1/session/passkey-options',
  'POST /api/v1/session/passkey',
  'POST /api/v1/session/single-sign-on',
  'GET /api/v1/session/single-sign-on/return',
  'POST /api/v1/session/token',
  'POST /api/v1/session/token/second-step',
  'POST /api/v1/operator-links/accept',
  'POST /api/v1/customer/open',
])
