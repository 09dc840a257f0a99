/** The registration as a script for PowerShell with the Microsoft Graph module: to be read first, then run by an administrator. */
import { graphAppId } from '../provisioning/permission-catalogue.ts'
import { applicationJson, certificateJson, passwordJson } from './application-json.ts'
import type { Registration } from './registration.ts'

/**
 * A PowerShell string that stands for exactly this text. PowerShell takes typographic quotes for straight ones, so they are
 * doubled as well (about_Quoting_Rules).
 */
const quote = (text: string) => `'${text.replaceAll(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`
/** One line of a comment: nothing of the text can leave it. */
const comment = (text: string) => `# ${text.replaceAll(/[\r\n]+/g, ' ')}`

export function powerShellScript(registration: Registration): string {
  const { cloud, permissions, displayName, uniqueName } = registration
  const { graphPowerShell, graphPowerShellNeedsClient } = cloud.scripts
  return `#Requires -Version 5.1
#Requires -Modules Microsoft.Graph.Authentication
${comment(`Registers the application "${displayName}", with which BDRCloud Server backs this organization up.`)}
#
# Read this script before you run it. It works in your own session of the Microsoft Graph module (Install-Module
# Microsoft.Graph.Authentication), talks to Microsoft alone, and creates one application with its service principal, the
# permissions below and ${whatCredential(registration)}. Run again, it finds the same application. You have to be Global
# Administrator or Privileged Role Administrator.
#
# Application permissions of Microsoft Graph:
${permissions.map(({ value, why }) => comment(`  ${value}: ${why}`)).join('\n')}
[CmdletBinding()]
param(
  # The organization, by tenant id or domain; else that of the account that signs in.
  [string] $TenantId,
  # Client id of an application of your own through which the module signs you in.${
    graphPowerShellNeedsClient
      ? "\n  # Needed here: the module's usual client does not exist in this cloud.\n  [Parameter(Mandatory)]"
      : ''
  }
  [string] $ClientId
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$graph = ${quote(cloud.graphRoot)}
$graphAppId = ${quote(graphAppId)}
$uniqueName = ${quote(uniqueName)}
$roles = @(${permissions.map(({ value }) => quote(value)).join(', ')})

$connection = @{
  Environment = ${quote(graphPowerShell)}
  Scopes      = @('Application.ReadWrite.All', 'AppRoleAssignment.ReadWrite.All')
  NoWelcome   = $true
}
if ($TenantId) { $connection.TenantId = $TenantId }
if ($ClientId) { $connection.ClientId = $ClientId }
Connect-MgGraph @connection

# One request to Microsoft Graph; the body is JSON.
function Send([string] $Method, [string] $Path, [string] $Body, [hashtable] $Headers = @{}) {
  $request = @{
    Method     = $Method
    Uri        = "$graph/v1.0/$Path"
    Headers    = $Headers
    OutputType = 'PSObject'
  }
  if ($Body) {
    $request.Body = $Body
    $request.ContentType = 'application/json'
  }
  Invoke-MgGraphRequest @request
}

# Microsoft needs some seconds until all of its servers know what was made: tries again, for a minute and a half at most.
function Again([scriptblock] $Action) {
  foreach ($wait in 2, 4, 8, 16, 30, 30) {
    try { return & $Action } catch {
      Write-Host "Microsoft is not ready yet. Next try in $wait seconds. ($($_.Exception.Message))"
      Start-Sleep -Seconds $wait
    }
  }
  & $Action
}

$organization = (Send GET 'organization?$select=id,displayName').value[0]
Write-Host "Organization: $($organization.displayName) ($($organization.id))"
if ((Read-Host 'Register the application there? [y/N]') -notmatch '^[yY]') {
  Write-Host 'Nothing was done. Another organization: give -TenantId.'
  return
}

# The ids of the permissions as this organization's Microsoft Graph offers them.
$resource = Send GET "servicePrincipals(appId='$graphAppId')?\`$select=id,appRoles"
$roleIds = @(foreach ($role in $roles) {
    $offered = $resource.appRoles | Where-Object { $_.value -eq $role } | Select-Object -First 1
    if ($offered) { $offered.id }
    else { Write-Warning "Not offered by Microsoft Graph of this organization, left out: $role" }
  })

Write-Host 'Application ...'
$application = ${quote(JSON.stringify(applicationJson(registration)))} | ConvertFrom-Json
$access = @{
  resourceAppId  = $graphAppId
  resourceAccess = @($roleIds | ForEach-Object { @{ id = $_; type = 'Role' } })
}
$application | Add-Member -NotePropertyName requiredResourceAccess -NotePropertyValue @($access)
$body = ConvertTo-Json $application -Depth 10 -Compress
Send PATCH "applications(uniqueName='$uniqueName')" $body @{ Prefer = 'create-if-missing' } | Out-Null
$application = Again { Send GET "applications(uniqueName='$uniqueName')?\`$select=id,appId" }

Write-Host 'Service principal ...'
$findPrincipal = { Send GET "servicePrincipals(appId='$($application.appId)')?\`$select=id" }
try { $principal = & $findPrincipal } catch {
  Again { Send POST 'servicePrincipals' (ConvertTo-Json @{ appId = $application.appId } -Compress) } | Out-Null
  $principal = Again $findPrincipal
}

$granted = @((Again { Send GET "servicePrincipals/$($principal.id)/appRoleAssignments" }).value | ForEach-Object { $_.appRoleId })
foreach ($roleId in $roleIds) {
  if ($granted -contains $roleId) { continue }
  Write-Host "Permission $roleId ..."
  $grant = @{ principalId = $principal.id; resourceId = $resource.id; appRoleId = $roleId }
  Again { Send POST "servicePrincipals/$($resource.id)/appRoleAssignedTo" (ConvertTo-Json $grant -Compress) } | Out-Null
}

${credentialPart(registration)}
`
}

function whatCredential({ credential }: Registration): string {
  if (credential.kind === 'password') return 'a password, which is shown at the end'
  return credential.certificatePem === null ? 'no credential' : 'the public part of a certificate'
}

function credentialPart(registration: Registration): string {
  const ids = `Write-Host ''
Write-Host "Tenant ID:            $($organization.id)"
Write-Host "Application ID:       $($application.appId)"`
  const password = passwordJson(registration)
  if (password !== null) {
    return `# Each run makes another password; remove the older ones in the portal.
Write-Host 'Password ...'
$password = Again { Send POST "applications/$($application.id)/addPassword" ${quote(JSON.stringify(password))} }

${ids}
Write-Host "Application Password: $($password.secretText)"
Write-Host "Expires:              $($password.endDateTime)"
Write-Host ''
Write-Host 'The password is shown only now. Type these into BDRCloud Server.'`
  }
  const certificate = certificateJson(registration)
  const upload =
    certificate === null
      ? `Write-Warning 'The certificate is not known to this script: upload its public part in the portal.'`
      : `# The whole list of certificates is replaced by this one.
Write-Host 'Certificate ...'
Again { Send PATCH "applications/$($application.id)" ${quote(JSON.stringify(certificate))} } | Out-Null`
  return `${upload}

${ids}
Write-Host ''
Write-Host 'Type these into BDRCloud Server.'`
}
