/**
 * What the mailboxes are filled with: a corpus of real or hostile mails kept byte for byte, and mails generated
 * from a seed. Knows nothing of HTTP or Graph.
 */
export type { AttachmentPlan } from './attachment-plan.ts'
export { type CorpusMail, loadCorpus } from './corpus.ts'
export { type FolderPlan, planFolders } from './folder-plan.ts'
export { type MailboxScene, type MailPlan, type Person, planMail, planState } from './mail-plan.ts'
export { writeMime } from './mime.ts'
export { seededRandom } from './random.ts'
