/** Command line of the simulated tenant: prints one JSON line when ready and stops on SIGTERM or SIGINT. */
import { writeFileSync } from 'node:fs'
import { cloudsFile } from './clouds-file.ts'
import { readOptions, type SimulatorOptions, usage } from './options.ts'
import { startSimulator } from './start.ts'

function readOrExit(): SimulatorOptions {
  try {
    const options = readOptions(process.argv.slice(2))
    if (options !== undefined) return options
    process.stdout.write(usage)
    process.exit(0)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}`)
    process.exit(2)
  }
}

const options = readOrExit()
const running = await startSimulator(options).catch((error: unknown) => {
  process.stderr.write(
    `The simulator cannot start: ${error instanceof Error ? error.message : String(error)}\n`,
  )
  process.exit(1)
})

let stopping = false
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stopping) return
    stopping = true
    void running.stop().then(() => process.exit(0))
  })
}
if (options.cloudsFile !== undefined)
  writeFileSync(options.cloudsFile, `${JSON.stringify(cloudsFile(running.ready), null, 2)}\n`)
process.stdout.write(`${JSON.stringify(running.ready)}\n`)
