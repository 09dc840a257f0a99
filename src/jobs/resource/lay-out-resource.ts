import {
  allBuckets,
  bucketItems,
  dirtyBuckets,
  type FolderState,
  folderBuckets,
  foldersOf,
  positionsOf,
} from '../../catalog/index.ts'
import { lookup } from '../../repository/index.ts'
import { type LayoutRules, resourcePath, writeResourceTree } from '../../workloads/index.ts'
import type { ResourceContext, ResourceResult } from './resource-context.ts'

/**
 * Writes the resource's tree from what is staged and answers it with its path from the repository's root, which begins with `top`.
 * @param files of our own (`_…`) beside `_resource.json`, as text by name; those not given stay as they are
 */
export async function layOutResource(
  context: ResourceContext,
  folders: ReadonlyMap<string, FolderState>,
  top: string,
  rules: LayoutRules,
  files: ReadonlyMap<string, string> = new Map(),
): Promise<ResourceResult> {
  const { db, guard, resource, headRoot, headSequence, repository, writer, signal, time } = context
  const directory = resourcePath(top, resource).join('/')
  const previousTree = await publishedTree(context)
  const isNew = previousTree === undefined
  const tree = await writeResourceTree(
    { repository, writer, time, signal },
    {
      rules,
      previousTree,
      previousFolders: isNew ? new Map() : await foldersOf(db, resource.resourceId, headSequence),
      folders,
      dirtyBuckets: isNew
        ? await allBuckets(db, resource.resourceId)
        : await dirtyBuckets(db, resource.resourceId, guard.sequence),
      loadItems: (folderId, bucket) => bucketItems(db, folderId, bucket),
      countItems: (folderId) => folderBuckets(db, folderId),
      resource: {
        workload: resource.workload,
        id: resource.externalId,
        ...(resource.siteExternalId === null ? {} : { site: resource.siteExternalId }),
        userPrincipalName: resource.userPrincipalName,
        displayName: resource.displayName,
        run: guard.runId,
        sequence: guard.sequence,
        time: new Date(time).toISOString(),
        positions: Object.fromEntries(
          [...(await positionsOf(db, resource.resourceId))].map(([container, { link }]) => [container, link]),
        ),
      },
      files,
      resourceChanged: headRoot !== null && resource.publishedDirectory !== directory,
    },
  )
  return { tree, directory }
}

async function publishedTree({
  headRoot,
  resource,
  repository,
}: ResourceContext): Promise<string | undefined> {
  if (headRoot === null || resource.publishedDirectory === null) return undefined
  const node = await lookup(repository, headRoot, resource.publishedDirectory.split('/'))
  return node?.subtree
}
