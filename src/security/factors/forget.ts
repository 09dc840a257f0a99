import type { Database } from '../../database/index.ts'

/** Everything that an operator has beside the password, for who has lost it. */
export async function forgetSecondFactors(transaction: Database, operatorId: string): Promise<void> {
  await transaction.deleteFrom('authenticators').where('operator_id', '=', operatorId).execute()
  await transaction.deleteFrom('passkeys').where('operator_id', '=', operatorId).execute()
  await transaction.deleteFrom('recovery_codes').where('operator_id', '=', operatorId).execute()
}

/** Signs an operator out everywhere, but for one session; what was begun and not completed ends, too. */
export async function endSignIns(
  transaction: Database,
  operatorId: string,
  keepSession?: string,
): Promise<void> {
  await transaction.deleteFrom('pending_sign_ins').where('operator_id', '=', operatorId).execute()
  let sessions = transaction.deleteFrom('sessions').where('operator_id', '=', operatorId)
  if (keepSession !== undefined) sessions = sessions.where('id', '!=', keepSession)
  await sessions.execute()
}
