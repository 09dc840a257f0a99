/** A process of its own that backs up until it is killed: what an unexpected end of the server does to a run. */
import { openDatabase } from '../../src/database/index.ts'
import { createSecretBox } from '../../src/security/index.ts'
import { startService } from './backup-service.ts'

const parts = JSON.parse(process.env['BACKUP_PROCESS'] ?? '{}')
const connection = { connectionString: parts.url }
const db = openDatabase(connection)
const service = await startService({
  db,
  connection,
  secrets: createSecretBox(Buffer.from(parts.keyHex, 'hex')),
  cloud: parts.cloud,
  vault: parts.vault,
  checkpointRows: 5,
  checkpointBytes: parts.checkpointBytes,
})
await service.runs.resumeAll()
process.stdout.write('ready\n')
