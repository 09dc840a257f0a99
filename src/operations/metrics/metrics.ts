/**
 * What the server tells a Prometheus of itself. Names and units follow its conventions (prometheus.io, "Metric and label naming", 2026): base
 * units, `_total` for what only rises. Labels are of a bounded number, and nothing in them is secret or names a person: routes by their template,
 * organizations by the product's own id.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { EventBus, RunView } from '../../contract/index.ts'
import { createServerGauges, type GaugeSources } from './server-gauges.ts'

export interface AnsweredRequest {
  readonly method: string
  /** Template, e.g. `/api/v1/runs/:id`; undefined where no route was found. */
  readonly route: string | undefined
  readonly status: number
  readonly seconds: number
  /** The answer goes on until one side ends it, so that its time says nothing. */
  readonly endless: boolean
}

export interface MicrosoftAnswer {
  /** Id of the cloud. */
  readonly cloud: string
  readonly service: 'graph' | 'login' | 'other'
  /** HTTP status, or null where there was no answer. */
  readonly status: number | null
}

export interface Metrics {
  readonly contentType: string
  /** Everything in Prometheus' text format. What the database holds is at most five seconds old. */
  text(): Promise<string>
  readonly answered: (request: AnsweredRequest) => void
  readonly microsoftAnswered: (answer: MicrosoftAnswer) => void
  readonly setEventStreams: (open: number) => void
}

export interface MetricsOptions extends GaugeSources {
  readonly version: string
  readonly events: EventBus
  /** Of the server's own https; null without. */
  readonly certificate: (() => { readonly endsAt: number; readonly problem: string | null }) | null
}

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const ended: ReadonlySet<RunView['state']> = new Set(['succeeded', 'partial', 'failed', 'cancelled'])
/** Runs whose end is remembered, so that an end that is told twice counts once. */
const rememberedRuns = 1000
const requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const runBuckets = [10, 30, 60, 300, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400]

export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const gauges = createServerGauges(registry, options)
  new Gauge({
    name: 'bdrcloud_build_info',
    help: 'Always 1; the label names the version of the server.',
    labelNames: ['version'],
    registers,
  }).set({ version: options.version }, 1)
  const requests = new Histogram({
    name: 'bdrcloud_http_request_duration_seconds',
    help: 'Time until a request was answered, by method, template of the route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: requestBuckets,
    registers,
  })
  const microsoft = new Counter({
    name: 'bdrcloud_microsoft_requests_total',
    help: 'Requests to Microsoft by cloud, service and status ("none": no answer). 429 and 503 are throttling.',
    labelNames: ['cloud', 'service', 'status'],
    registers,
  })
  const streams = new Gauge({
    name: 'bdrcloud_event_streams',
    help: 'Pages that listen for events at this moment.',
    registers,
  })
  if (options.certificate) watchCertificate(registry, options.certificate)
  countRuns(registry, options.events)
  return {
    contentType: registry.contentType,
    text: async () => {
      await gauges.refresh()
      return registry.metrics()
    },
    answered: ({ method, route, status, seconds, endless }) => {
      if (endless) return
      requests.observe(
        { method: methods.has(method) ? method : 'other', route: route ?? 'none', status },
        seconds,
      )
    },
    microsoftAnswered: ({ cloud, service, status }) => {
      microsoft.inc({ cloud, service, status: status ?? 'none' })
    },
    setEventStreams: (open) => streams.set(open),
  }
}

function watchCertificate(registry: Registry, status: NonNullable<MetricsOptions['certificate']>): void {
  const registers = [registry]
  new Gauge({
    name: 'bdrcloud_tls_certificate_expiry_timestamp_seconds',
    help: 'End of the TLS certificate that is shown.',
    registers,
    collect() {
      this.set(status().endsAt / 1000)
    },
  })
  new Gauge({
    name: 'bdrcloud_tls_certificate_usable',
    help: '1 when the TLS certificate in the files is valid and shown, 0 when it is not taken or has ended.',
    registers,
    collect() {
      this.set(status().problem === null ? 1 : 0)
    },
  })
}

/** Ended runs of this process. */
function countRuns(registry: Registry, events: EventBus): void {
  const registers = [registry]
  const runs = new Counter({
    name: 'bdrcloud_runs_total',
    help: 'Backup runs that ended since the start of the server, by outcome.',
    labelNames: ['outcome'],
    registers,
  })
  const duration = new Histogram({
    name: 'bdrcloud_run_duration_seconds',
    help: 'Time from the start of a backup run to its end, by outcome.',
    labelNames: ['outcome'],
    buckets: runBuckets,
    registers,
  })
  const items = new Counter({
    name: 'bdrcloud_run_items_total',
    help: 'Items of ended backup runs, by what became of them.',
    labelNames: ['outcome'],
    registers,
  })
  const bytesRead = new Counter({
    name: 'bdrcloud_run_read_bytes_total',
    help: 'Bytes that ended backup runs read from Microsoft.',
    registers,
  })
  const bytesStored = new Counter({
    name: 'bdrcloud_run_stored_bytes_total',
    help: 'Bytes that ended backup runs added to the vault.',
    registers,
  })
  const throttled = new Counter({
    name: 'bdrcloud_run_throttled_requests_total',
    help: 'Requests of ended backup runs that Microsoft asked to repeat later, those inside of batches included.',
    registers,
  })
  for (const outcome of ended) runs.inc({ outcome }, 0)
  const seen = new Set<string>()
  events.subscribe(({ topic, view }) => {
    if (topic !== 'run' || !ended.has(view.state) || seen.has(view.id)) return
    seen.add(view.id)
    if (seen.size > rememberedRuns) seen.delete(seen.values().next().value ?? '')
    const outcome = view.state
    const { counts, startedAt, finishedAt } = view
    runs.inc({ outcome })
    if (startedAt !== null && finishedAt !== null) {
      duration.observe({ outcome }, (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000)
    }
    items.inc({ outcome: 'stored' }, counts.itemsStored)
    items.inc({ outcome: 'updated' }, counts.itemsUpdated)
    items.inc({ outcome: 'removed' }, counts.itemsRemoved)
    items.inc({ outcome: 'failed' }, counts.itemsFailed)
    items.inc({ outcome: 'skipped' }, counts.itemsSkipped)
    bytesRead.inc(counts.bytesRead)
    bytesStored.inc(counts.bytesStored)
    throttled.inc(counts.throttled)
  })
}
