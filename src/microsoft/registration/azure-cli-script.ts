/** The registration as a script for the Azure CLI (`az`, 2.50 or newer) in bash: to be read first, then run by an administrator. */
import { graphAppId } from '../provisioning/permission-catalogue.ts'
import { applicationJson, certificateJson, passwordJson } from './application-json.ts'
import type { Registration } from './registration.ts'

/** A bash word that stands for exactly this text. */
const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
/** One line of a comment: nothing of the text can leave it. */
const comment = (text: string) => `# ${text.replaceAll(/[\r\n]+/g, ' ')}`

export function azureCliScript(registration: Registration): string {
  const { cloud, permissions, displayName, uniqueName } = registration
  return `#!/usr/bin/env bash
${comment(`Registers the application "${displayName}", with which BDRCloud Server backs this organization up.`)}
#
# Read this script before you run it. It works in your own session of the Azure CLI, talks to Microsoft alone, and creates
# one application with its service principal, the permissions below and ${whatCredential(registration)}. Run again, it finds
# the same application. You have to be Global Administrator or Privileged Role Administrator.
#
# Application permissions of Microsoft Graph:
${permissions.map(({ value, why }) => comment(`  ${value}: ${why}`)).join('\n')}

set -euo pipefail

graph=${quote(cloud.graphRoot)}
graph_app_id=${quote(graphAppId)}
unique_name=${quote(uniqueName)}
application=${quote(JSON.stringify(applicationJson(registration)))}
roles=(${permissions.map(({ value }) => quote(value)).join(' ')})

az cloud set --name ${quote(cloud.scripts.azureCli)} >/dev/null
az account show >/dev/null 2>&1 || az login --allow-no-subscriptions >/dev/null

# rest METHOD PATH QUERY [BODY]: one request to Microsoft Graph, of whose answer QUERY (JMESPath) is printed.
rest() {
  local body=()
  if [[ $# -gt 3 ]]; then body=(--body "$4"); fi
  az rest --resource "$graph" --method "$1" --url "$graph/v1.0/$2" --query "$3" --output tsv \\
    --headers Content-Type=application/json \${headers[@]+"\${headers[@]}"} \${body[@]+"\${body[@]}"}
}
headers=()

# Microsoft needs some seconds until all of its servers know what was made: tries again, for a minute and a half at most.
again() {
  local wait
  for wait in 2 4 8 16 30 30; do
    if "$@"; then return 0; fi
    echo "Microsoft is not ready yet. Next try in $wait seconds." >&2
    sleep "$wait"
  done
  "$@"
}

tenant_id=$(rest get 'organization?$select=id,displayName' 'value[0].id')
organization=$(rest get 'organization?$select=id,displayName' 'value[0].displayName')
echo "Organization: $organization ($tenant_id)" >&2
read -r -p 'Register the application there? [y/N] ' answer
if [[ "$answer" != [yY]* ]]; then
  echo "Nothing was done. Another organization: az login --allow-no-subscriptions --tenant ID" >&2
  exit 1
fi

# The ids of the permissions as this organization's Microsoft Graph offers them.
graph_sp=$(rest get "servicePrincipals(appId='$graph_app_id')?\\$select=id" id)
role_ids=()
access=''
for role in "\${roles[@]}"; do
  role_id=$(rest get "servicePrincipals(appId='$graph_app_id')?\\$select=appRoles" "appRoles[?value=='$role'].id | [0]")
  if [[ -z "$role_id" || "$role_id" == None ]]; then
    echo "Not offered by Microsoft Graph of this organization, left out: $role" >&2
    continue
  fi
  role_ids+=("$role_id")
  access="$access\${access:+,}{\\"id\\":\\"$role_id\\",\\"type\\":\\"Role\\"}"
done

echo 'Application …' >&2
access="[{\\"resourceAppId\\":\\"$graph_app_id\\",\\"resourceAccess\\":[$access]}]"
headers=(Prefer=create-if-missing)
rest patch "applications(uniqueName='$unique_name')" id "\${application%\\}},\\"requiredResourceAccess\\":$access}" >/dev/null
headers=()
object_id=$(again rest get "applications(uniqueName='$unique_name')?\\$select=id,appId" id)
app_id=$(again rest get "applications(uniqueName='$unique_name')?\\$select=id,appId" appId)

echo 'Service principal …' >&2
service_principal() { rest get "servicePrincipals(appId='$app_id')?\\$select=id" id; }
if ! principal_id=$(service_principal 2>/dev/null); then
  again rest post servicePrincipals id "{\\"appId\\":\\"$app_id\\"}" >/dev/null
  principal_id=$(again service_principal)
fi

granted=$(again rest get "servicePrincipals/$principal_id/appRoleAssignments" 'value[].appRoleId')
for role_id in "\${role_ids[@]}"; do
  if [[ "$granted" == *"$role_id"* ]]; then continue; fi
  echo "Permission $role_id …" >&2
  again rest post "servicePrincipals/$graph_sp/appRoleAssignedTo" id \\
    "{\\"principalId\\":\\"$principal_id\\",\\"resourceId\\":\\"$graph_sp\\",\\"appRoleId\\":\\"$role_id\\"}" >/dev/null
done

${credentialPart(registration)}
`
}

function whatCredential({ credential }: Registration): string {
  if (credential.kind === 'password') return 'a password, which is shown at the end'
  return credential.certificatePem === null ? 'no credential' : 'the public part of a certificate'
}

function credentialPart(registration: Registration): string {
  const ids = `Tenant ID:            $tenant_id
Application ID:       $app_id`
  const password = passwordJson(registration)
  if (password !== null) {
    return `# Each run makes another password; remove the older ones in the portal.
echo 'Password …' >&2
password=$(again rest post "applications/$object_id/addPassword" secretText \\
  ${quote(JSON.stringify(password))})

cat <<END

${ids}
Application Password: $password
Expires:              ${password.passwordCredential.endDateTime}

The password is shown only now. Type these into BDRCloud Server.
END`
  }
  const certificate = certificateJson(registration)
  const upload =
    certificate === null
      ? `echo 'The certificate is not known to this script: upload its public part in the portal.' >&2`
      : `# The whole list of certificates is replaced by this one.
echo 'Certificate …' >&2
again rest patch "applications/$object_id" id \\
  ${quote(JSON.stringify(certificate))} >/dev/null`
  return `${upload}

cat <<END

${ids}

Type these into BDRCloud Server.
END`
}
