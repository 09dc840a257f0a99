/**
 * The web console's files. Files with a hash in their name are kept by browsers for good, the page itself never. Addresses
 * of the console's own pages (`/organizations/…`) all answer with the page.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type ApiServer, notFound } from '../api-server.ts'
import { isApi } from '../guard.ts'

declare module 'fastify' {
  interface FastifyReply {
    /** Answers with the console's page. For routes that take an address of the console for something else now and then. */
    sendConsole(): Promise<FastifyReply>
  }
}

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>BDRCloud Server</title>
<body style="font-family:sans-serif;max-width:40em;margin:4em auto">
<h1>The server runs; its console is not built yet</h1>
<p>Run <code>npm run build</code> in the folder of the server, then load this page again.</p>
<p>The API answers at <code>/api/v1</code>, and the command line (<code>npx bdrcloud</code>) works without the console.</p>`

/** `folder` holds `index.html` and `assets/`; it may be built after the start. */
export async function registerConsole(app: ApiServer, { folder }: { folder: string }): Promise<void> {
  const page = join(folder, 'index.html')
  app.decorateReply('sendConsole', async function sendConsole(this: FastifyReply) {
    const built = existsSync(page)
    return this.code(built ? 200 : 503)
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(built ? await readFile(page) : notBuilt)
  })
  await app.register(fastifyStatic, { root: import.meta.dirname, serve: false })
  app.get('/*', { schema: { hide: true } }, async (request, reply) => {
    const path = decodedPath(request)
    if (isApi(request) || path === null) return notFound(request, reply)
    if (path !== '/' && /\.[a-z0-9]+$/i.test(path)) {
      if (!existsSync(join(folder, path))) return notFound(request, reply)
      const hashed = path.startsWith('/assets/')
      reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache')
      return reply.sendFile(path.slice(1), folder, { cacheControl: false })
    }
    return reply.sendConsole()
  })
}

/** Null for a path that leaves the folder or is not well formed. */
function decodedPath(request: FastifyRequest): string | null {
  try {
    const path = decodeURIComponent(request.url.split('?')[0] ?? '/')
    return path.includes('..') || path.includes('\0') || path.includes('\\') ? null : path
  } catch {
    return null
  }
}
