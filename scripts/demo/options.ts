import { parseArgs } from 'node:util'

export interface DemoOptions {
  readonly once: boolean
  readonly json: boolean
  /** Port of the console. */
  readonly port: number
  /** First port of the simulated tenant. */
  readonly simulatorPort: number
  /** Folder in which data and repository stay; null: a temporary one. */
  readonly keep: string | null
  /** Flags passed on to the simulator as they are. */
  readonly simulatorFlags: readonly string[]
}

export const usage = `Usage: npm run demo -- [flags]

Starts the server with its own PostgreSQL and a simulated Microsoft 365 tenant.

  --once              do the main job without hands (add, back up, restore, verify), print the result and end
  --json              print one JSON result as the last line of stdout
  --port N            port of the console (8080; 0 takes a free one)
  --simulator-port N  first of the four ports of the simulated tenant (9400; 0 takes free ones)
  --keep DIR          keep data and repository in this folder
  --help

Flags of the simulated tenant, passed on: --users --mails --events --contacts --tasks --files --sites --seed --corpus --lag --latency --faults --mime-unstable
`

const passedOn = [
  'users',
  'mails',
  'events',
  'contacts',
  'tasks',
  'files',
  'sites',
  'seed',
  'corpus',
  'lag',
  'latency',
  'faults',
] as const

/** Reads the flags. Throws an Error with a sentence for the person who typed them. */
export function readDemoOptions(args: readonly string[]): DemoOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: 'boolean' },
      json: { type: 'boolean' },
      port: { type: 'string' },
      'simulator-port': { type: 'string' },
      keep: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
      'mime-unstable': { type: 'boolean' },
      ...Object.fromEntries(passedOn.map((name) => [name, { type: 'string' as const }])),
    },
  })
  const given = values as Record<string, string | boolean | undefined>
  if (given['help']) return 'help'
  const flags = passedOn.flatMap((name) =>
    given[name] === undefined ? [] : [`--${name}`, String(given[name])],
  )
  if (given['mime-unstable']) flags.push('--mime-unstable')
  return {
    once: given['once'] === true,
    json: given['json'] === true,
    port: port('port', given['port'], 8080),
    simulatorPort: port('simulator-port', given['simulator-port'], 9400),
    keep: typeof given['keep'] === 'string' ? given['keep'] : null,
    simulatorFlags: flags,
  }
}

function port(name: string, text: string | boolean | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0 || number > 65_533)
    throw new Error(`--${name} takes a port number from 0 to 65533, not "${text}".`)
  return number
}
