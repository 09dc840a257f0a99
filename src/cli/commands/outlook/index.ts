import type { Command } from 'commander'
import { registerOutlookDownload } from './outlook-download.ts'
import { outlookKinds } from './outlook-kinds.ts'
import { registerOutlookList, registerOutlookSearch } from './outlook-list.ts'
import { registerOutlookRestore } from './outlook-restore.ts'
import { registerOutlookShow } from './outlook-show.ts'

/** `bdrcloud calendar`, `contact` and `task`, each with `list`, `search`, `show`, `download` and `restore`. */
export function registerOutlookCommands(program: Command): void {
  for (const kind of outlookKinds) {
    const parent = program.command(kind.command).description(kind.description)
    registerOutlookList(parent, kind)
    registerOutlookSearch(parent, kind)
    registerOutlookShow(parent, kind)
    registerOutlookDownload(parent, kind)
    registerOutlookRestore(parent, kind)
  }
}
