import type { TestEvent } from 'node:test/reporters'

/** Reporter that writes one line per skipped test: its name and the reason. */
export default async function* skipReporter(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of source) {
    if (event.type !== 'test:pass') continue
    const { name, skip } = event.data
    if (skip !== undefined && skip !== false) yield `${name}: ${skip === true ? 'no reason given' : skip}\n`
  }
}
