/** docs/permissions.md: what the application may do, from the catalogue; where clouds are and what works there, from their table. */
import {
  type Cloud,
  cloudTable,
  graphAppId,
  type Permission,
  permissionCatalogue,
} from '../../src/microsoft/index.ts'

export function permissionsPage(): string {
  return `<!-- Written by 'npm run docs' from src/microsoft/provisioning/permission-catalogue.ts and src/microsoft/clouds/cloud-table.ts. -->

# Permissions and clouds

## What the application may do

The application that backs an organization up holds application permissions of Microsoft Graph (${graphAppId}), and of these only
what the chosen workloads need: the read permissions, and the write permissions where restore rights are granted. Optional ones are never asked
for with a workload: an administrator grants them where what they are for is wanted, by the task 'Grant optional permissions'
(\`bdrcloud org grant-optional\`) or in Microsoft Entra, and without them only that is not there. Ids are those that the
organization's own Microsoft Graph lists by the permission's name; where it has no such name, the one below counts, if it is listed there. A
permission that is not offered at all makes what needs it 'not available here', and nothing else.

| permission | for | access | why | not offered in | id |
| --- | --- | --- | --- | --- | --- |
${permissionCatalogue.map(permissionRow).join('\n')}

## Clouds

Every row can be changed, and rows be added, by a file of clouds (\`--clouds\`, \`BDRCLOUD_CLOUDS\`): a JSON object of cloud id to the
properties that differ. A new cloud needs \`loginAuthority\` and \`graphRoot\`, and should have \`name\`, \`portal\`
and \`scripts\`; sign-in by a browser has to be allowed there by \`methods\`.

| id | name | sign-in | Microsoft Graph | Entra admin center | Azure CLI | Graph module |
| --- | --- | --- | --- | --- | --- | --- |
${cloudTable.map(cloudRow).join('\n')}

## Methods

| method | ${cloudTable.map(({ name }) => name).join(' | ')} |
| --- |${' --- |'.repeat(cloudTable.length)}
${(
  [
    ['Automatic Credential Process', 'credential'],
    ['Device Code Process', 'device-code'],
    ['Manual Process', 'manual'],
  ] as const
)
  .map(
    ([title, id]) =>
      `| ${title} | ${cloudTable.map(({ methods }) => (methods[id].available ? 'yes' : 'no')).join(' | ')} |`,
  )
  .join('\n')}
`
}

function permissionRow({
  value,
  workload,
  access,
  why,
  absentIn = [],
  fallbackId,
  optional,
}: Permission): string {
  const names = absentIn.map((id) => cloudTable.find((cloud) => cloud.id === id)?.name ?? id)
  const asked = optional === undefined ? access : `${access}, optional`
  return `| \`${value}\` | ${workload} | ${asked} | ${why} | ${names.join(', ')} | ${fallbackId} |`
}

function cloudRow({ id, name, loginAuthority, graphRoot, portal, scripts }: Cloud): string {
  const cells = [`\`${id}\``, name, loginAuthority, graphRoot, portal.entra, scripts.azureCli]
  return `| ${[...cells, scripts.graphPowerShell].join(' | ')} |`
}
