/** What axe finds on a page that would keep somebody out. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Result } from 'axe-core'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

type Finding = Pick<Result, 'id' | 'impact' | 'help'> & { readonly html: readonly string[] }

/** The rules whose answer depends on the colours of a page, and so on its theme. */
export const colourRules = ['color-contrast', 'link-in-text-block']

/**
 * Everything axe objects to, by the given rules only, or by all that are on by default. The frame of a mail may run no scripts, so
 * its inside cannot be asked, and the console has no other.
 */
export async function findings(page: Page, rules?: readonly string[]): Promise<Finding[]> {
  // Once a document: to read these 650 kB costs as much as to look.
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(source)
  const context = { exclude: [['[data-tabster-dummy]'], ['iframe[sandbox]']] }
  const options = { iframes: false, resultTypes: ['violations'], ...(rules ? { runOnly: rules } : {}) }
  return page.evaluate<Finding[]>(`
    axe.run(${JSON.stringify(context)}, ${JSON.stringify(options)}).then(({ violations }) =>
      violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, html: nodes.map(({ html }) => html) })))
  `)
}

/** The serious and critical ones, one text each with its elements. */
export async function barriers(page: Page, rules?: readonly string[]): Promise<string[]> {
  return (await findings(page, rules))
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, html }) => `${id}: ${help}\n  ${html.join('\n  ')}`)
}
