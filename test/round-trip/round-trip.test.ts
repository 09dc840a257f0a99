import { describeRoundTrip } from './suite.ts'

await describeRoundTrip({ users: 2, mails: 10, events: 12, contacts: 9, tasks: 8, files: 8, sites: 1 }, false)
