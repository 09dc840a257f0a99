/** The PowerShell script of the Manual Process, parsed by a grammar of the language: it is not run. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { Language, type Node, Parser } from 'web-tree-sitter'
import {
  cloudTable,
  makeCertificate,
  permissionsFor,
  powerShellScript,
  type RegisteredCredential,
} from '../../src/microsoft/index.ts'
import { systemClock } from '../../src/shared/index.ts'

await Parser.init()
const grammar = createRequire(import.meta.url).resolve('tree-sitter-powershell/tree-sitter-powershell.wasm')
const parser = new Parser()
parser.setLanguage(await Language.load(grammar))

/** Places that the grammar does not know, as `line: text`. */
function errorsIn(script: string): string[] {
  const tree = parser.parse(script)
  assert.ok(tree)
  const errors: string[] = []
  const walk = (node: Node) => {
    if (node.isError || node.isMissing)
      errors.push(`${node.startPosition.row + 1}: ${node.text.slice(0, 80)}`)
    for (const child of node.children) if (child) walk(child)
  }
  walk(tree.rootNode)
  tree.delete()
  return errors
}

/** Quotes of every kind, line ends and substitutions. */
const hostile = "O'Brien’s “backup”\n$(evil) `n"

test('every script is PowerShell, whatever the names hold', async () => {
  const { certificatePem } = await makeCertificate({ subject: hostile, days: 30, clock: systemClock })
  const credentials: RegisteredCredential[] = [
    { kind: 'password', displayName: hostile, endDateTime: new Date() },
    { kind: 'certificate', displayName: hostile, certificatePem: null },
    { kind: 'certificate', displayName: hostile, certificatePem },
  ]
  for (const cloud of cloudTable) {
    for (const credential of credentials) {
      const permissions = permissionsFor({ cloud, workloads: ['mail'], restore: true })
      const names = { displayName: hostile, uniqueName: 'bdrcloud-1', notes: hostile }
      assert.deepEqual(errorsIn(powerShellScript({ cloud, permissions, credential, ...names })), [], cloud.id)
    }
  }
  assert.deepEqual(errorsIn("if ($x) { Write-Host 'a'\n").length > 0, true, 'a broken one is noticed')
})
