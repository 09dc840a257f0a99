/**
 * The mail side of the simulated tenant: mailboxes behind Graph's endpoints, with Exchange's ids, limits, change tracking
 * and habits. Holds everything in memory and shares nothing with the product.
 */
export type { MailControl } from './control.ts'
export { registerMail } from './register-mail.ts'
