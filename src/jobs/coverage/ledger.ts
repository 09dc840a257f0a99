/**
 * The ledger of what is not protected, as one SQL expression: users and sites by how they stand in the settings and what the last runs made
 * of them, what nothing here covers, and single items that are not stored. It knows the directory as it was read last.
 */
import { type RawBuilder, sql } from 'kysely'
import { type CoverageQuery, dataName } from '../../contract/index.ts'
import { type StoredProtection, siteStanding, userStanding } from '../../organizations/index.ts'
import { coveredWorkloads } from '../runs/covered-workloads.ts'

/** What a tenant has beside what the workloads cover. (Not built: see the documents.) */
const uncovered = ['chats', 'planner', 'lists', 'directory']
const noApi = 'Not covered by this server'

/** Rows `kind, id, name, address, workload, reason, detail`. */
export function ledger(stored: StoredProtection, chosen: readonly string[]): RawBuilder<unknown> {
  const { organizationId, settings } = stored
  const { hiddenFolders, recoverableItems } = settings.mailboxes
  const covered = coveredWorkloads.filter(({ rights }) => chosen.includes(rights))
  const ofUsers = covered.filter((one) => one.ofUsers).map(({ workload }) => workload)
  const coversSites = covered.some(({ discover }) => discover !== undefined)
  const leftOut = coveredWorkloads.filter(({ rights }) => !chosen.includes(rights))
  const constants = [
    ...uncovered.map((workload) => ({
      workload,
      name: dataName(workload),
      reason: 'no-api',
      detail: noApi,
    })),
    ...leftOut.map(({ workload }) => ({
      workload,
      name: dataName(workload),
      reason: 'not-selected',
      detail: 'The workload is not chosen, or has no rights',
    })),
    // Where mail is not chosen, all of it is left out.
    ...(chosen.includes('mail')
      ? [...(hiddenFolders ? [] : ['hidden-folders']), ...(recoverableItems ? [] : ['recoverable-items'])]
      : []
    ).map((workload) => ({
      workload,
      name: dataName(workload),
      reason: 'not-selected',
      detail: 'Not asked for in the protection settings',
    })),
  ]
  return sql`
    select 'user' as kind, id, name, address, workload, reason, detail from (
      select directory_users.external_id as id, display_name as name, directory_users.user_principal_name as address,
        workload, coalesce(last.notice, last.error->>'title', '') as detail,
        case
          when standing.value <> 'protected' then standing.value
          when last.error->>'code' = 'JOB_MAILBOX_OUT_OF_SCOPE' then 'no-rights'
          when last.state = 'failed' then 'failing'
          when last.last_success_at is not null then null
          when last.notice is not null or not has_exchange then 'no-license'
          else 'pending'
        end as reason
      from directory_users
      cross join unnest(${ofUsers}::text[]) as workload
      cross join lateral (select ${userStanding(stored)} as value) standing
      left join lateral (
        select resources.last_success_at, run_resources.state, run_resources.notice, run_resources.error
        from resources left join lateral (
          select run_resources.state, run_resources.notice, run_resources.error
          from run_resources join runs on runs.id = run_resources.run_id
          where run_resources.resource_id = resources.id and runs.state in ('succeeded', 'partial', 'failed')
          order by runs.sequence desc limit 1
        ) run_resources on true
        where resources.organization_id = ${organizationId} and resources.workload = workload.workload
          and resources.external_id = directory_users.external_id and resources.site_external_id is null
      ) last on true
      where directory_users.organization_id = ${organizationId} and gone_at is null
    ) users where reason is not null
    union all
    select 'user', external_id, display_name, user_principal_name, 'archive', 'no-api', 'Online archive: no API that Microsoft documents'
    from directory_users where organization_id = ${organizationId} and gone_at is null and has_archive
    union all
    select 'site', external_id, name, web_url, 'drive', reason, '' from (
      select external_id, name, web_url,
        case
          when not ${coversSites} then 'not-selected'
          when standing.value <> 'protected' then standing.value
          when state.failing then 'failing'
          when not coalesce(state.stored, false) then 'pending'
        end as reason
      from directory_sites
      cross join lateral (select ${siteStanding(stored)} as value) standing
      left join lateral (
        select bool_or(last_success_at is not null) as stored, bool_or(error is not null) as failing
        from resources where organization_id = ${organizationId} and site_external_id = directory_sites.external_id
      ) state on true
      where directory_sites.organization_id = ${organizationId} and gone_at is null
    ) sites where reason is not null
    union all
    select 'group', external_id, display_name, coalesce(mail, ''), 'conversations', 'no-api', ${noApi}
    from directory_groups where organization_id = ${organizationId} and gone_at is null and is_unified
    union all
    select 'team', external_id, display_name, coalesce(mail, ''), 'teams', 'no-api', ${noApi}
    from directory_groups where organization_id = ${organizationId} and gone_at is null and has_team
    union all
    select 'service', workload, name, '', workload, reason, detail
    from jsonb_to_recordset(${JSON.stringify(constants)}::jsonb)
      as constant (workload text, name text, reason text, detail text)
    union all
    select 'items', resources.id::text, display_name, user_principal_name, resources.workload,
      case when retries.code like 'JOB_ITEM_EXCLUDED:%' then 'excluded' else 'failing' end,
      count(*) || ' items'
    from retries join resources on resources.id = retries.resource_id
    where resources.organization_id = ${organizationId}
    group by 2, 3, 4, 5, 6
  `
}

/** Conditions of a query over the ledger's rows. */
export function ledgerFilter({
  reason,
  kind,
  search = '',
}: Pick<CoverageQuery, 'reason' | 'kind' | 'search'>): RawBuilder<boolean> {
  const words = search.trim().toLowerCase()
  return sql<boolean>`(${reason ?? null}::text is null or reason = ${reason ?? null})
    and (${kind ?? null}::text is null or kind = ${kind ?? null})
    and (${words} = '' or strpos(lower(name), ${words}) > 0 or strpos(lower(address), ${words}) > 0)`
}
