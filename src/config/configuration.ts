import { existsSync, readFileSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import Value from 'typebox/value'
import { fail } from './errors.ts'
import { defaultDataFolder, type SettingDefinition, settingDefinitions, vaultSecrets } from './settings.ts'

export interface Configuration {
  readonly port: number
  readonly host: string
  readonly data: string
  /** An absolute folder, or a location of another kind as restic's users know them. */
  readonly vault: string
  readonly vaultLock: { readonly days: number; readonly mode: 'compliance' | 'governance' } | null
  /** File. */
  readonly vaultCertificateAuthority: string | null
  /** Secrets of the vault's place under restic's names for them. */
  readonly vaultEnvironment: Readonly<Record<string, string>>
  readonly clouds: string | null
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Files; `selfSigned`: of a certificate that the server makes by itself. */
  readonly tls: { readonly certificate: string; readonly key: string; readonly selfSigned: boolean } | null
  readonly trustedProxy: readonly string[]
  readonly allowedHosts: readonly string[]
  /** On the way to Microsoft. The address may carry user name and password. */
  readonly proxy: { readonly url: string; readonly noProxy: readonly string[] } | null
  /** File. */
  readonly certificateAuthority: string | null
  /** Internal addresses and networks that may be connected to where an operator names the place. */
  readonly allowedNetworks: readonly string[]
  readonly databaseUrl: string | null
  readonly key: ConfiguredKey
  /** The key before, while what is sealed is brought to the new one. */
  readonly previousKey: ConfiguredKey | null
  /** File. */
  readonly auditLog: string | null
  /** Address and port that metrics are offered at. */
  readonly metrics: { readonly address: string; readonly tokenFile: string | null } | null
  /** User name of an operator who gets a link to choose a password by. */
  readonly resetPassword: string | null
  readonly json: boolean
}

/** Of the secrets at rest. `credential`: a file that systemd hands to the service. */
type ConfiguredKey =
  | { readonly value: string; readonly source: string }
  | { readonly file: string; readonly credential?: boolean }

interface Found {
  readonly value: unknown
  /** Where it was said, for messages: `--port`, `BDRCLOUD_PORT`, `/etc/bdrcloud.json`. */
  readonly source: string
}

/**
 * Reads flags, environment and file, in this order of precedence. Relative paths are relative to the current folder, in the file to
 * the file's folder. Throws CFG_INVALID, CFG_UNKNOWN, CFG_FILE; answers `help` for --help.
 */
export function readConfiguration(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Configuration | 'help' {
  const flags = readFlags(args)
  if (flags['help'] === true) return 'help'
  const file = readFile(text(flags['config']) ?? (environment['BDRCLOUD_CONFIG'] || undefined))

  const find = (name: (typeof settingDefinitions)[number]['name']): Found | null => {
    const definition: SettingDefinition | undefined = settingDefinitions.find((one) => one.name === name)
    if (!definition) return null
    const found = flagOf(definition, flags) ?? variableOf(definition, environment) ?? fileOf(definition, file)
    return found && check(definition, found)
  }
  const textOf = (name: Parameters<typeof find>[0]) => text(find(name)?.value)
  const listOf = (name: Parameters<typeof find>[0]) => (find(name)?.value ?? []) as readonly string[]
  const pathOf = (name: Parameters<typeof find>[0]) => {
    const found = find(name)
    const path = text(found?.value)
    if (!found || path === undefined) return undefined
    return isAbsolute(path) || found.source !== file?.path ? resolve(path) : resolve(file.path, '..', path)
  }

  const data = pathOf('data') ?? defaultDataFolder(environment)
  const certificate = pathOf('tlsCertificate')
  const tlsKey = pathOf('tlsKey')
  if ((certificate === undefined) !== (tlsKey === undefined)) {
    const [here, missing] =
      certificate === undefined ? ['tlsKey', 'tlsCertificate'] : ['tlsCertificate', 'tlsKey']
    const source = find(here as 'tlsKey')?.source ?? ''
    throw fail('CFG_INVALID', { setting: here, source, reason: `is of no use without ${missing}` })
  }
  const ownTls = find('tls')
  if (ownTls && certificate !== undefined) {
    const reason = 'is of no use together with tlsCertificate'
    throw fail('CFG_INVALID', { setting: 'tls', source: ownTls.source, reason })
  }
  const keyOf = (
    name: 'key' | 'previousKey',
    fileName: 'keyFile' | 'previousKeyFile',
    credential: string,
  ) => {
    const key = find(name)
    if (key) return { value: String(key.value), source: key.source }
    const path = pathOf(fileName)
    if (path !== undefined) return { file: path }
    const handed = credentialOf(credential, environment)
    return handed === null ? null : { file: handed, credential: true }
  }
  const lockDays = find('vaultLockDays')?.value as number | undefined
  const lockMode = textOf('vaultLockMode') as 'compliance' | 'governance' | undefined
  return {
    port: (find('port')?.value ?? 8080) as number,
    host: textOf('host') ?? 'localhost',
    data,
    vault: isLocation(textOf('vault')) ?? pathOf('vault') ?? join(data, 'vault'),
    vaultLock: lockDays === undefined ? null : { days: lockDays, mode: lockMode ?? 'compliance' },
    vaultCertificateAuthority: pathOf('vaultCertificateAuthority') ?? null,
    vaultEnvironment: Object.fromEntries(
      vaultSecrets.flatMap(({ name, variable }) => {
        const value = textOf(name)
        return value === undefined ? [] : [[variable, value]]
      }),
    ),
    clouds: pathOf('clouds') ?? null,
    logLevel: (textOf('logLevel') ?? 'info') as Configuration['logLevel'],
    tls: certificate && tlsKey ? { certificate, key: tlsKey, selfSigned: false } : ownTls && selfSigned(data),
    trustedProxy: listOf('trustedProxy'),
    allowedHosts: listOf('allowedHosts').map((name) => name.toLowerCase()),
    proxy: proxyOf(textOf('proxy'), find('noProxy') ? listOf('noProxy') : undefined, environment),
    certificateAuthority: pathOf('certificateAuthority') ?? null,
    allowedNetworks: listOf('allowedNetworks'),
    databaseUrl: textOf('databaseUrl') ?? null,
    key: keyOf('key', 'keyFile', 'bdrcloud-key') ?? { file: join(data, 'secrets.key') },
    previousKey: keyOf('previousKey', 'previousKeyFile', 'bdrcloud-previous-key'),
    auditLog: pathOf('auditLog') ?? null,
    metrics: metricsOf(textOf('metrics'), pathOf('metricsTokenFile')),
    resetPassword: textOf('resetPassword') ?? null,
    json: find('json')?.value === true,
  }
}

function selfSigned(data: string): Configuration['tls'] {
  const file = join(data, 'tls', 'self-signed.pem')
  return { certificate: file, key: file, selfSigned: true }
}

function metricsOf(address: string | undefined, tokenFile: string | undefined): Configuration['metrics'] {
  return address === undefined ? null : { address, tokenFile: tokenFile ?? null }
}

/** A file that systemd put there for this service alone (systemd.exec(5), LoadCredential=). */
function credentialOf(name: string, environment: NodeJS.ProcessEnv): string | null {
  const folder = environment['CREDENTIALS_DIRECTORY']
  const file = folder ? join(folder, name) : null
  return file !== null && existsSync(file) ? file : null
}

/** The own settings, else what other programs on this machine take from the environment. */
function proxyOf(
  own: string | undefined,
  ownNoProxy: readonly string[] | undefined,
  environment: NodeJS.ProcessEnv,
): Configuration['proxy'] {
  if (own === 'direct') return null
  const url = own ?? (environment['HTTPS_PROXY'] || environment['https_proxy'])
  if (!url) return null
  const others = environment['NO_PROXY'] || environment['no_proxy'] || ''
  const noProxy = ownNoProxy ?? others.split(/[,\s]+/).filter((name) => name !== '')
  return { url: url.includes('://') ? url : `http://${url}`, noProxy }
}

export const flagName = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

function readFlags(args: readonly string[]): Record<string, unknown> {
  const settings = settingDefinitions.filter((one) => !('secret' in one))
  const options = Object.fromEntries(
    settings.map(({ name, kind }) => [
      flagName(name),
      { type: kind === 'switch' ? 'boolean' : 'string' } as const,
    ]),
  )
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: { ...options, config: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    })
    return values
  } catch (error) {
    throw fail('CFG_FLAGS', { reason: error instanceof Error ? error.message : String(error) })
  }
}

function readFile(path: string | undefined): { path: string; values: Record<string, unknown> } | null {
  if (path === undefined) return null
  const absolute = resolve(path)
  let values: unknown
  try {
    values = JSON.parse(readFileSync(absolute, 'utf8'))
  } catch (error) {
    throw fail('CFG_FILE', { file: absolute, reason: error instanceof Error ? error.message : String(error) })
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw fail('CFG_FILE', { file: absolute, reason: 'it is not a JSON object' })
  }
  const known = new Set<string>(settingDefinitions.map((one) => one.name))
  const unknown = Object.keys(values).find((name) => !known.has(name))
  if (unknown !== undefined) throw fail('CFG_UNKNOWN', { setting: unknown, source: absolute })
  return { path: absolute, values: values as Record<string, unknown> }
}

function flagOf(definition: SettingDefinition, flags: Record<string, unknown>): Found | null {
  const flag = flagName(definition.name)
  return flags[flag] === undefined ? null : { value: parse(definition, flags[flag]), source: `--${flag}` }
}

/** An empty variable counts as none. */
function variableOf(definition: SettingDefinition, environment: NodeJS.ProcessEnv): Found | null {
  const value = environment[definition.variable]
  return value ? { value: parse(definition, value), source: definition.variable } : null
}

function fileOf(
  { name }: SettingDefinition,
  file: { path: string; values: Record<string, unknown> } | null,
): Found | null {
  return file && file.values[name] !== undefined ? { value: file.values[name], source: file.path } : null
}

/** Flags and variables are texts; what cannot be read is left as it is, for the check to refuse. */
function parse({ kind }: SettingDefinition, value: unknown): unknown {
  if (typeof value !== 'string') return value
  if (kind === 'number') return /^\d+$/.test(value) ? Number(value) : value
  if (kind === 'list') return value.split(',').map((one) => one.trim())
  if (kind === 'switch')
    return ['1', 'true', 'yes'].includes(value) || (['0', 'false', 'no'].includes(value) ? false : value)
  return value
}

function check(definition: SettingDefinition, found: Found): Found {
  const hidden = definition.secret || (definition.mayHoldPassword && String(found.value).includes('@'))
  if (definition.mayHoldPassword && hidden && found.source.startsWith('--')) {
    const reason = `must not carry a password here, where other users of the machine see it: use ${definition.variable} or the file`
    throw fail('CFG_INVALID', { setting: definition.name, source: found.source, reason })
  }
  if (Value.Check(definition.schema, found.value)) return found
  const [first] = Value.Errors(definition.schema, found.value)
  const reason = hidden
    ? 'is not valid (its value is not shown)'
    : `is not valid: ${JSON.stringify(found.value)} ${first?.message ?? ''}; ${definition.help}`
  throw fail('CFG_INVALID', { setting: definition.name, source: found.source, reason })
}

/** The text, when it is no path. A letter and a colon begin a path on Windows. */
function isLocation(value: string | undefined): string | undefined {
  return value !== undefined && /^[a-z][a-z0-9]+:/.test(value) ? value : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
