import { corpusDirectory, noCorpus } from '../../corpus.ts'
import { describeRoundTrip } from '../../round-trip/suite.ts'

if (noCorpus === false)
  await describeRoundTrip({ users: 3, mails: 42, events: 14, contacts: 9, tasks: 8, files: 12, sites: 1, corpus: corpusDirectory }, true) // biome-ignore format: one line
