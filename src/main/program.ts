/**
 * The server's program: reads the configuration, starts everything, prints where the console is, and stops in order on SIGTERM or
 * SIGINT. A second signal, or 30 seconds, end it at once; PostgreSQL then ends by itself at the next start.
 */
import { helpText, readConfiguration } from '../config/index.ts'
import { isAppError } from '../errors/index.ts'
import { createLog } from './log.ts'
import { type RunningServer, startServer } from './start-server.ts'

const stopLimit = 30_000

async function main(): Promise<void> {
  const configuration = readConfiguration(process.argv.slice(2), process.env)
  if (configuration === 'help') {
    process.stdout.write(helpText())
    return
  }
  const { json, logLevel } = configuration
  const pretty = process.stderr.isTTY === true && !json
  const logger = createLog({ level: logLevel, pretty, write: (line) => process.stderr.write(line) })

  let server: RunningServer | null = null
  let ending: number | null = null
  const end = (code: number): void => {
    if (ending !== null) return
    ending = code
    setTimeout(() => {
      logger.error({}, 'stopping took too long')
      process.exit(1)
    }, stopLimit).unref()
    // While starting, the start itself notices and stops what it has built.
    if (server) void stop(server, code)
  }
  const stop = async (running: RunningServer, code: number): Promise<void> => {
    let result = code
    try {
      await running.stop()
    } catch (error) {
      logger.error({ err: error }, 'stopping failed')
      result = 1
    }
    process.exit(result)
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => (ending === null ? end(0) : process.exit(1)))
  }
  for (const event of ['unhandledRejection', 'uncaughtException'] as const) {
    process.on(event, (error: unknown) => {
      logger.error({ err: error }, `${event}: the server stops`)
      end(1)
    })
  }

  const running = await startServer(configuration, {
    logger,
    onFatal: (error) => {
      logger.error({ err: error }, 'the database is gone and does not start again; the server stops')
      end(1)
    },
  })
  server = running
  if (ending !== null) return stop(running, ending)
  const { address, setupLink, passwordLink, ownFingerprint } = running
  logger.info({ address }, 'ready')
  if (json)
    process.stdout.write(
      `${JSON.stringify({ ready: true, address, setupLink, ...(passwordLink && { passwordLink }), ...(ownFingerprint && { fingerprint: ownFingerprint }) })}\n`,
    )
  else process.stderr.write(announcement(running))
}

function announcement({ address, setupLink, passwordLink, ownFingerprint }: RunningServer): string {
  const first = setupLink
    ? `  First start: open this link on this machine within 60 minutes\n  to create your account:\n\n    ${setupLink}\n\n`
    : ''
  const reset = passwordLink
    ? `  Open this link within 72 hours to choose a new password:\n\n    ${passwordLink}\n\n`
    : ''
  const own = ownFingerprint
    ? `  The browser warns of the certificate, which this server made for itself. Compare its\n  SHA-256 fingerprint before you go on ('bdrcloud tls show' prints it again):\n\n    ${ownFingerprint}\n\n`
    : ''
  return `\n  BDRCloud Server: ${address}\n\n${own}${first}${reset}`
}

main().catch((error: unknown) => {
  const known = isAppError(error)
  process.stderr.write(
    known
      ? `${error.code}: ${error.message}\n${error.remedy}\n`
      : `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
  process.exit(1)
})
