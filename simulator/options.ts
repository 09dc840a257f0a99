/**
 * The simulator's settings: flags of the command line, and the same as a plain record for use inside a test.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type FaultRule, readFaultRules } from './observation/index.ts'
import { type CloudName, cloudNames } from './tenant/clouds.ts'

export type SimulatorOptions = {
  /** First port: sign-in and tokens; then Graph, pages and control, content of files. 0 takes four free ones. */
  readonly port: number
  /** Number of mailboxes. The administrators' own accounts have none. */
  readonly users: number
  /** Mails of a mailbox on average, its share of the corpus included; all of the corpus is there even if it is more. */
  readonly mails: number
  /** Files of a drive on average, its share of the corpus included; all of the corpus is there even if it is more. */
  readonly files: number
  /** Events of a mailbox, its share of the corpus included; the same for contacts. */
  readonly events: number
  readonly contacts: number
  /** To Do tasks of a mailbox. */
  readonly tasks: number
  /** SharePoint sites, each with a library or two. */
  readonly sites: number
  readonly seed: number
  /** Folder whose subfolders `mail`, `files`, `calendar` and `contacts` hold what to put into mailboxes and drives byte for byte. */
  readonly corpus: string | undefined
  /** Seconds until what was created is seen by other operations, 0 to 60. */
  readonly lagSeconds: number
  /** Milliseconds added to every answer of Graph. */
  readonly latencyMilliseconds: number
  readonly faults: readonly FaultRule[]
  /** Start with an application that has every backup and restore role. */
  readonly withApp: boolean
  /** Clouds to start; the global one always is. */
  readonly clouds: readonly CloudName[]
  /** Give MIME content new boundaries and another header order on each download. */
  readonly mimeUnstable: boolean
  /** Where the certificate authority is written; a temporary folder when absent. */
  readonly caDirectory: string | undefined
  /** File to write for a server's `--clouds`: where the simulated clouds are. */
  readonly cloudsFile: string | undefined
}

export const defaultOptions: SimulatorOptions = {
  port: 0,
  users: 5,
  mails: 50,
  files: 20,
  events: 12,
  contacts: 8,
  tasks: 7,
  sites: 3,
  seed: 1,
  corpus: undefined,
  lagSeconds: 0,
  latencyMilliseconds: 0,
  faults: [],
  withApp: false,
  clouds: ['global'],
  mimeUnstable: false,
  caDirectory: undefined,
  cloudsFile: undefined,
}

export const usage = `Usage: npm run simulator -- [flags]
  --port N            first of four ports per cloud (sign-in, Graph, pages and control, files); 0 takes free ones (9400)
  --users N           mailboxes in the tenant (25)
  --mails N           mails of a mailbox, on average (200)
  --files N           files of a drive, on average (60)
  --events N          events of a mailbox (40)
  --contacts N        contacts of a mailbox (30)
  --tasks N           To Do tasks of a mailbox (20)
  --sites N           SharePoint sites (3)
  --seed N            seed of all generated content (1)
  --corpus DIR        folder with subfolders 'mail', 'files', 'calendar' and 'contacts' of what to include
  --lag SECONDS       delay of the directory's replication, 0 to 60 (3)
  --latency MS        delay of every Graph answer (0)
  --faults FILE       JSON list of fault rules
  --with-app          start with a ready application that has all roles
  --clouds LIST       clouds besides global, by commas: usgov, usdod, china (global)
  --mime-unstable     new MIME boundaries and header order on every download
  --ca-directory DIR  keep the certificate authority there
  --clouds-file FILE  write the addresses of the clouds there, for the server's --clouds
`

function wholeNumber(name: string, text: string, maximum: number): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value > maximum)
    throw new Error(`--${name} must be a whole number from 0 to ${maximum}`)
  return value
}

function readClouds(text: string): CloudName[] {
  const asked = text.split(',').map((name) => name.trim())
  const known = cloudNames.filter((name) => name === 'global' || asked.includes(name))
  const wrong = asked.find((name) => !cloudNames.some((one) => one === name))
  if (wrong !== undefined) throw new Error(`--clouds knows ${cloudNames.join(', ')}, not "${wrong}"`)
  return known
}

/** Reads the command line. Throws an Error whose message names the wrong flag; returns undefined for --help. */
export function readOptions(argv: readonly string[]): SimulatorOptions | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      port: { type: 'string', default: '9400' },
      users: { type: 'string', default: '25' },
      mails: { type: 'string', default: '200' },
      files: { type: 'string', default: '60' },
      events: { type: 'string', default: '40' },
      contacts: { type: 'string', default: '30' },
      tasks: { type: 'string', default: '20' },
      sites: { type: 'string', default: '3' },
      seed: { type: 'string', default: '1' },
      corpus: { type: 'string' },
      lag: { type: 'string', default: '3' },
      latency: { type: 'string', default: '0' },
      faults: { type: 'string' },
      clouds: { type: 'string', default: 'global' },
      'with-app': { type: 'boolean', default: false },
      'mime-unstable': { type: 'boolean', default: false },
      'ca-directory': { type: 'string' },
      'clouds-file': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  return {
    port: wholeNumber('port', values.port, 65_532),
    users: wholeNumber('users', values.users, 100_000),
    mails: wholeNumber('mails', values.mails, 10_000_000),
    files: wholeNumber('files', values.files, 1_000_000),
    events: wholeNumber('events', values.events, 100_000),
    contacts: wholeNumber('contacts', values.contacts, 100_000),
    tasks: wholeNumber('tasks', values.tasks, 100_000),
    sites: wholeNumber('sites', values.sites, 10_000),
    seed: wholeNumber('seed', values.seed, Number.MAX_SAFE_INTEGER),
    corpus: values.corpus,
    lagSeconds: wholeNumber('lag', values.lag, 60),
    latencyMilliseconds: wholeNumber('latency', values.latency, 60_000),
    faults:
      values.faults === undefined ? [] : readFaultRules(JSON.parse(readFileSync(values.faults, 'utf8'))),
    withApp: values['with-app'],
    clouds: readClouds(values.clouds),
    mimeUnstable: values['mime-unstable'],
    caDirectory: values['ca-directory'],
    cloudsFile: values['clouds-file'],
  }
}
