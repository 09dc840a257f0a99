/** Memory over time as an SVG. */
import type { Sample } from './scale-result.ts'

export interface Line {
  readonly name: string
  readonly samples: readonly Sample[]
}

const [width, height] = [860, 400]
const plot = { left: 64, right: 20, top: 44, bottom: 110 }
/** Told apart by people who see colours differently, too (Okabe and Ito's palette), and by their dashes. */
const styles = [
  { colour: '#0072b2', dashes: '' },
  { colour: '#d55e00', dashes: '' },
  { colour: '#0072b2', dashes: '6 3' },
  { colour: '#d55e00', dashes: '6 3' },
] as const
const mostPoints = 300

/** `limit` in MiB is drawn as a line of its own. */
export function memoryPicture(title: string, lines: readonly Line[], limit: number): string {
  const seconds = Math.max(1, ...lines.map(({ samples }) => samples.at(-1)?.[0] ?? 0))
  const most = Math.max(limit, ...lines.flatMap(({ samples }) => samples.map(([, memory]) => memory))) * 1.05
  const x = (value: number) => plot.left + ((width - plot.left - plot.right) * value) / seconds
  const y = (value: number) => height - plot.bottom - ((height - plot.top - plot.bottom) * value) / most
  const number = (value: number) => value.toFixed(1)
  const text = (at: readonly [number, number], content: string, more = '') =>
    `<text x="${number(at[0])}" y="${number(at[1])}"${more}>${escaped(content)}</text>`
  const end = ' text-anchor="end"'
  const middle = ' text-anchor="middle"'
  const grid = [
    ...steps(most).map(
      (value) =>
        `<path d="M${plot.left} ${number(y(value))}H${width - plot.right}" stroke="#ddd"/>${text([plot.left - 8, y(value) + 4], `${value}`, end)}`,
    ),
    ...steps(seconds).map((value) => text([x(value), height - plot.bottom + 18], `${value}`, middle)),
  ]
  const drawn = lines.map(({ samples }, index) => {
    const { colour, dashes } = styles[index % styles.length] ?? styles[0]
    const points = thinned(samples).map(([time, memory]) => `${number(x(time))},${number(y(memory))}`)
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dashes}"/>`
  })
  const legend = lines.map(({ name }, index) => {
    const { colour, dashes } = styles[index % styles.length] ?? styles[0]
    const [left, top] = [plot.left + (index % 2) * 380, height - 48 + Math.floor(index / 2) * 22]
    return `<path d="M${left} ${top}h36" stroke="${colour}" stroke-width="2" stroke-dasharray="${dashes}"/>${text([left + 46, top + 4], name)}`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}" font-family="sans-serif" font-size="13">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text([plot.left, 24], title, ' font-size="16"'),
    ...grid,
    text([(width + plot.left - plot.right) / 2, height - plot.bottom + 36], 'seconds', middle),
    `<text transform="translate(16 ${(height - plot.bottom + plot.top) / 2}) rotate(-90)"${middle}>MiB of memory</text>`,
    `<path d="M${plot.left} ${number(y(limit))}H${width - plot.right}" stroke="#444" stroke-dasharray="2 4"/>`,
    text([width - plot.right, y(limit) - 6], `${limit} MiB`, end),
    ...drawn,
    ...legend,
    '</svg>\n',
  ].join('\n')
}

/** About five round numbers from 0 on. */
function steps(most: number): number[] {
  const rough = most / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) =>
    Number((index * step).toPrecision(6)),
  )
}

/** Peaks stay: of neighbours that become one point, the highest counts. */
function thinned(samples: readonly Sample[]): Sample[] {
  const together = Math.ceil(samples.length / mostPoints)
  const points: Sample[] = []
  for (let from = 0; from < samples.length; from += together) {
    const some = samples.slice(from, from + together)
    points.push([some[0]?.[0] ?? 0, Math.max(...some.map(([, memory]) => memory))])
  }
  const last = samples.at(-1)
  return last ? [...points, last] : points
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
