/**
 * Every setting once: its flag, its variable, its schema, its default and its words. Reading, checking and `--help` are made from
 * this table.
 */
import { homedir } from 'node:os'
import { join } from 'node:path'
import Type, { type TSchema } from 'typebox'

export interface SettingDefinition {
  /** Name in the configuration file; the flag is the same in kebab-case. */
  readonly name: string
  readonly variable: string
  readonly schema: TSchema
  readonly kind: 'text' | 'number' | 'switch' | 'list'
  /** What stands behind the flag in the help. */
  readonly placeholder: string
  readonly help: string
  /** As shown in the help. */
  readonly fallback: string
  /** Secrets are taken from the environment or the file, never from the command line, which other users can see. */
  readonly secret?: true
  /** An address that may carry a password: then not from the command line, and never shown. */
  readonly mayHoldPassword?: true
}

const Text = Type.String({ minLength: 1, maxLength: 4096 })
const Names = Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { maxItems: 100 })

/** What restic reads from the environment to reach a place over a network. */
export const vaultSecrets = [
  { name: 'awsAccessKeyId', variable: 'AWS_ACCESS_KEY_ID', help: 'Access key of an s3: vault.' },
  { name: 'awsSecretAccessKey', variable: 'AWS_SECRET_ACCESS_KEY', help: 'Its secret.' },
  { name: 'awsSessionToken', variable: 'AWS_SESSION_TOKEN', help: 'Token of a temporary access key.' },
  {
    name: 'awsDefaultRegion',
    variable: 'AWS_DEFAULT_REGION',
    help: 'Region of the bucket, where its address does not say it.',
  },
  { name: 'azureAccountName', variable: 'AZURE_ACCOUNT_NAME', help: 'Storage account of an azure: vault.' },
  { name: 'azureAccountKey', variable: 'AZURE_ACCOUNT_KEY', help: 'Key of the storage account.' },
  {
    name: 'azureAccountSas',
    variable: 'AZURE_ACCOUNT_SAS',
    help: 'Shared access signature instead of the key.',
  },
  {
    name: 'azureEndpointSuffix',
    variable: 'AZURE_ENDPOINT_SUFFIX',
    help: 'End of the account’s host name, outside of the global cloud.',
  },
  {
    name: 'azureServiceEndpoint',
    variable: 'AZURE_STORAGE_SERVICE_ENDPOINT',
    help: 'Address of the account’s blob service, where it is a special one.',
  },
  { name: 'restUserName', variable: 'RESTIC_REST_USERNAME', help: 'User of a rest: vault.' },
  { name: 'restPassword', variable: 'RESTIC_REST_PASSWORD', help: 'Its password.' },
] as const

export const settingDefinitions = [
  {
    name: 'auditLog',
    variable: 'BDRCLOUD_AUDIT_LOG',
    schema: Text,
    kind: 'text',
    placeholder: 'FILE',
    help: 'Every entry of the audit trail is also added to this file as a JSON line, for a collector to take elsewhere.',
    fallback: 'the trail is in the database alone',
  },
  {
    name: 'metrics',
    variable: 'BDRCLOUD_METRICS',
    schema: Text,
    kind: 'text',
    placeholder: 'ADDRESS:PORT',
    help: 'Offer metrics for Prometheus at this address, e.g. 127.0.0.1:9464. Others than this machine need a token.',
    fallback: 'no metrics',
  },
  {
    name: 'metricsTokenFile',
    variable: 'BDRCLOUD_METRICS_TOKEN_FILE',
    schema: Text,
    kind: 'text',
    placeholder: 'FILE',
    help: 'File with the bearer token that whoever asks for metrics must send.',
    fallback: 'no token is asked for',
  },
  {
    name: 'resetPassword',
    variable: 'BDRCLOUD_RESET_PASSWORD',
    schema: Type.String({ minLength: 1, maxLength: 120 }),
    kind: 'text',
    placeholder: 'USER',
    help: 'Prints a link by which this operator chooses a new password, and enables the operator. For this start only.',
    fallback: 'no link is printed',
  },
  {
    name: 'port',
    variable: 'BDRCLOUD_PORT',
    schema: Type.Integer({ minimum: 0, maximum: 65_535 }),
    kind: 'number',
    placeholder: 'NUMBER',
    help: 'Port of console and API; 0 takes a free one.',
    fallback: '8080',
  },
  {
    name: 'host',
    variable: 'BDRCLOUD_HOST',
    schema: Text,
    kind: 'text',
    placeholder: 'ADDRESS',
    help: 'Address to listen on. Others than this machine need TLS or a trusted proxy.',
    fallback: 'localhost',
  },
  {
    name: 'data',
    variable: 'BDRCLOUD_DATA',
    schema: Text,
    kind: 'text',
    placeholder: 'FOLDER',
    help: 'Folder of database, keys and (unless told otherwise) vault.',
    fallback: '/var/lib/bdrcloud as root, else ~/.local/share/bdrcloud',
  },
  {
    name: 'vault',
    variable: 'BDRCLOUD_VAULT',
    schema: Text,
    kind: 'text',
    placeholder: 'LOCATION',
    help: 'Where the backups are: a folder, or as for restic rest:https://host/path/, s3:host/bucket/prefix, azure:container:/prefix.',
    fallback: 'vault in the data folder',
  },
  {
    name: 'vaultLockDays',
    variable: 'BDRCLOUD_VAULT_LOCK_DAYS',
    schema: Type.Integer({ minimum: 1, maximum: 3650 }),
    kind: 'number',
    placeholder: 'DAYS',
    help: 'Object Lock for a vault in an S3 bucket that has it: nobody can destroy what the newest restore point needs for so many days after each run.',
    fallback: 'nothing is locked',
  },
  {
    name: 'vaultLockMode',
    variable: 'BDRCLOUD_VAULT_LOCK_MODE',
    schema: Type.Union((['compliance', 'governance'] as const).map((mode) => Type.Literal(mode))),
    kind: 'text',
    placeholder: 'MODE',
    help: 'compliance: nobody can end a lock early, not even the owner of the account; governance: who has a special right can.',
    fallback: 'compliance',
  },
  {
    name: 'vaultCertificateAuthority',
    variable: 'BDRCLOUD_VAULT_CERTIFICATE_AUTHORITY',
    schema: Text,
    kind: 'text',
    placeholder: 'FILE',
    help: 'Authority (PEM) of the TLS certificate of a rest: or s3: vault.',
    fallback: 'the usual ones',
  },
  ...vaultSecrets.map(({ name, variable, help }) => ({
    name,
    variable,
    schema: Text,
    kind: 'text' as const,
    placeholder: 'TEXT',
    help,
    fallback: 'none',
    secret: true as const,
  })),
  {
    name: 'clouds',
    variable: 'BDRCLOUD_CLOUDS',
    schema: Text,
    kind: 'text',
    placeholder: 'FILE',
    help: 'JSON file that adds or changes Microsoft clouds (sign-in and Graph addresses).',
    fallback: 'none',
  },
  {
    name: 'proxy',
    variable: 'BDRCLOUD_PROXY',
    schema: Type.String({ pattern: '^(https?://[^\\s]+|direct)$', maxLength: 4096 }),
    kind: 'text',
    placeholder: 'URL',
    help: 'HTTP proxy on the way to Microsoft, e.g. http://proxy.example:3128; "direct" uses none. User name and password (http://user:password@…) only in the environment or the file.',
    fallback: 'HTTPS_PROXY of the environment, else none',
    mayHoldPassword: true,
  },
  {
    name: 'noProxy',
    variable: 'BDRCLOUD_NO_PROXY',
    schema: Names,
    kind: 'list',
    placeholder: 'NAME,…',
    help: 'Hosts that are reached past the proxy: names, .suffixes, *.',
    fallback: 'NO_PROXY of the environment, else none',
  },
  {
    name: 'certificateAuthority',
    variable: 'BDRCLOUD_CERTIFICATE_AUTHORITY',
    schema: Text,
    kind: 'text',
    placeholder: 'FILE',
    help: 'Certificate authorities (PEM) trusted on the way to Microsoft beside those of the system, e.g. of a proxy that inspects TLS.',
    fallback: 'none (NODE_EXTRA_CA_CERTS counts as well)',
  },
  {
    name: 'allowedNetworks',
    variable: 'BDRCLOUD_ALLOWED_NETWORKS',
    schema: Names,
    kind: 'list',
    placeholder: 'NETWORK,…',
    help: 'Internal addresses and networks (10.1.2.3, 10.0.0.0/8) that may be connected to though they are internal: mail servers, webhooks and sign-in providers that operators name, hosts of content that Microsoft names.',
    fallback: 'none',
  },
  {
    name: 'logLevel',
    variable: 'BDRCLOUD_LOG_LEVEL',
    schema: Type.Union(
      (['debug', 'info', 'warn', 'error', 'silent'] as const).map((level) => Type.Literal(level)),
    ),
    kind: 'text',
    placeholder: 'LEVEL',
    help: 'debug, info, warn, error or silent.',
    fallback: 'info',
  },
  {
    name: 'tls',
    variable: 'BDRCLOUD_TLS',
    schema: Type.Literal('self-signed'),
    kind: 'text',
    placeholder: 'self-signed',
    help: 'Serve https with a certificate that the server makes for itself, for a first look: browsers warn of it.',
    fallback: 'none',
  },
  {
    name: 'tlsCertificate',
    variable: 'BDRCLOUD_TLS_CERTIFICATE',
    schema: Text,
    kind: 'text',
    placeholder: 'FILE',
    help: 'Certificate chain (PEM) to serve https with; taken anew by itself when it changes.',
    fallback: 'none',
  },
  {
    name: 'tlsKey',
    variable: 'BDRCLOUD_TLS_KEY',
    schema: Text,
    kind: 'text',
    placeholder: 'FILE',
    help: 'Private key (PEM) of the certificate.',
    fallback: 'none',
  },
  {
    name: 'trustedProxy',
    variable: 'BDRCLOUD_TRUSTED_PROXY',
    schema: Names,
    kind: 'list',
    placeholder: 'ADDRESS,…',
    help: 'Addresses or networks of the https proxy in front, whose forwarded headers are believed.',
    fallback: 'none',
  },
  {
    name: 'allowedHosts',
    variable: 'BDRCLOUD_ALLOWED_HOSTS',
    schema: Names,
    kind: 'list',
    placeholder: 'NAME,…',
    help: 'Host names that the server answers by, beside localhost.',
    fallback: 'none',
  },
  {
    name: 'databaseUrl',
    variable: 'DATABASE_URL',
    schema: Type.String({ pattern: '^postgres(ql)?://', maxLength: 4096 }),
    kind: 'text',
    placeholder: 'URL',
    help: 'A PostgreSQL of your own instead of the one that the server starts.',
    fallback: 'a PostgreSQL of our own in the data folder',
    secret: true,
  },
  {
    name: 'key',
    variable: 'BDRCLOUD_KEY',
    schema: Text,
    kind: 'text',
    placeholder: 'BASE64',
    help: 'Key of the secrets at rest: 32 bytes in base64 or hexadecimal.',
    fallback: 'from the key file',
    secret: true,
  },
  {
    name: 'previousKey',
    variable: 'BDRCLOUD_PREVIOUS_KEY',
    schema: Text,
    kind: 'text',
    placeholder: 'BASE64',
    help: 'The key before, after BDRCLOUD_KEY was given another one: what is sealed is brought to the new key at this start.',
    fallback: 'from its file',
    secret: true,
  },
  {
    name: 'keyFile',
    variable: 'BDRCLOUD_KEY_FILE',
    schema: Text,
    kind: 'text',
    placeholder: 'FILE',
    help: 'File of that key, for the server’s account alone; made at the first start.',
    fallback: 'the systemd credential bdrcloud-key, else secrets.key in the data folder',
  },
  {
    name: 'previousKeyFile',
    variable: 'BDRCLOUD_PREVIOUS_KEY_FILE',
    schema: Text,
    kind: 'text',
    placeholder: 'FILE',
    help: 'File of the key before, as for BDRCLOUD_PREVIOUS_KEY.',
    fallback: 'the systemd credential bdrcloud-previous-key, else none',
  },
  {
    name: 'json',
    variable: 'BDRCLOUD_JSON',
    schema: Type.Boolean(),
    kind: 'switch',
    placeholder: '',
    help: 'Print one JSON line on stdout when ready, and log JSON.',
    fallback: 'no',
  },
] as const satisfies readonly SettingDefinition[]

/** As root the system's place; else the user's, after the XDG base directory specification. */
export function defaultDataFolder(environment: NodeJS.ProcessEnv): string {
  if (process.getuid?.() === 0) return '/var/lib/bdrcloud'
  return join(environment['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'bdrcloud')
}
