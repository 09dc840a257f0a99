import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { test } from 'node:test'
import Type from 'typebox'
import {
  type GraphRequest,
  graphPath,
  isItemCorrupt,
  isMicrosoftError,
  isNotFound,
  isThrottled,
  isTruncatedAnswer,
  preferImmutableIds,
  preferPageSize,
} from '../../src/microsoft/index.ts'
import { graphError, json, logged, type ReceivedRequest, skippingClock, startSmallGraph } from './support.ts'

type Answer = (request: ReceivedRequest, response: ServerResponse, number: number) => void | Promise<void>

/** One server, one client, one test. */
async function withGraph(
  answer: Answer,
  run: (graph: {
    client: ReturnType<Awaited<ReturnType<typeof startSmallGraph>>['client']>
    clock: ReturnType<typeof skippingClock>
    server: Awaited<ReturnType<typeof startSmallGraph>>
  }) => Promise<void>,
) {
  const server = await startSmallGraph(answer)
  const clock = skippingClock(Date.UTC(2026, 10, 22, 10, 0, 0))
  try {
    await run({ client: server.client({ clock }), clock, server })
  } finally {
    await server.close()
  }
}

/** Fails `times` times as told, then succeeds. */
const failing =
  (times: number, status: number, headers: Record<string, string> = {}, code = 'x'): Answer =>
  (_request, response, number) =>
    number <= times ? json(response, status, graphError(code), headers) : json(response, 200, { ok: true })

const post: GraphRequest = { method: 'POST', path: '/users', body: { a: 1 } }

test('a request carries token, preferences, product name, an id of its own and encoded parts', async () => {
  await withGraph(
    (_request, response) => json(response, 200, {}),
    async ({ client, server }) => {
      await client.request({
        path: graphPath`/users/${'a/b?c'}/messages`,
        query: { $select: 'id,subject', $top: 5, $skip: undefined },
        prefer: [preferImmutableIds, preferPageSize(100)],
      })
      const [request] = server.received
      assert.equal(request?.url, '/v1.0/users/a%2Fb%3Fc/messages?$select=id%2Csubject&$top=5')
      assert.equal(request?.headers['authorization'], 'Bearer token-1')
      assert.equal(request?.headers['prefer'], 'IdType="ImmutableId", odata.maxpagesize=100')
      assert.equal(request?.headers['user-agent'], 'NONISV|BDRCloud|BDRCloudServer/0.0.0')
      assert.match(String(request?.headers['client-request-id']), /^[0-9a-f-]{36}$/)
    },
  )
})

test('ids that would lead elsewhere are refused', () => {
  for (const id of ['', '.', '..']) assert.throws(() => graphPath`/users/${id}/messages`, TypeError)
})

test('Retry-After in seconds is waited for exactly', async () => {
  await withGraph(failing(2, 429, { 'retry-after': '17' }), async ({ client, clock }) => {
    await client.request({ path: '/users' })
    assert.deepEqual(clock.sleeps, [17_000, 17_000])
    assert.equal(client.statistics.throttled, 2)
    assert.equal(client.statistics.requests, 3)
  })
})

test('Retry-After as a date is waited for exactly', async () => {
  await withGraph(
    failing(1, 503, { 'retry-after': 'Sun, 22 Nov 2026 10:01:30 GMT' }),
    async ({ client, clock }) => {
      await client.request({ path: '/users' })
      assert.deepEqual(clock.sleeps, [90_000])
    },
  )
})

for (const status of [502, 503, 504, 509]) {
  test(`status ${status} without Retry-After is tried again after growing waits`, async () => {
    await withGraph(failing(4, status), async ({ client, clock }) => {
      await client.request({ path: '/users' })
      assert.deepEqual(clock.sleeps, [1_500, 3_000, 6_000, 12_000])
    })
  })
}

test('status 500 is tried again three times, and then it is an error', async () => {
  await withGraph(failing(99, 500), async ({ client, server }) => {
    await assert.rejects(client.request({ path: '/users' }), { code: 'MSG_UNAVAILABLE' })
    assert.equal(server.received.length, 4)
  })
})

test('a damaged item is not asked for again', async () => {
  await withGraph(failing(99, 500, {}, 'ErrorCorruptData'), async ({ client, server }) => {
    await assert.rejects(client.request({ path: '/users' }), (error) => isItemCorrupt(error))
    assert.equal(server.received.length, 1)
  })
})

for (const status of [400, 403, 404, 409, 410, 412]) {
  test(`status ${status} is final`, async () => {
    await withGraph(failing(99, status), async ({ client, server }) => {
      await assert.rejects(client.request({ path: '/users' }), isMicrosoftError)
      assert.equal(server.received.length, 1)
    })
  })
}

test('a cut connection is tried again for a read, and not for a write that may have happened', async () => {
  const cutOnce: Answer = (_request, response, number) =>
    number === 1 ? void response.destroy() : json(response, 200, {})
  await withGraph(cutOnce, async ({ client }) => void (await client.request({ path: '/users' })))
  await withGraph(cutOnce, async ({ client, server }) => {
    await assert.rejects(client.request(post), { code: 'MSG_UNREACHABLE' })
    assert.equal(server.received.length, 1)
  })
  await withGraph(cutOnce, async ({ client }) => void (await client.request({ ...post, idempotent: true })))
})

test('a creating write is repeated only where the answer proves that nothing was made', async () => {
  await withGraph(
    failing(1, 429, { 'retry-after': '1' }),
    async ({ client }) => void (await client.request(post)),
  )
  await withGraph(
    failing(1, 503, { 'retry-after': '1' }),
    async ({ client }) => void (await client.request(post)),
  )
  for (const status of [500, 502, 503, 504]) {
    await withGraph(failing(1, status), async ({ client, server }) => {
      await assert.rejects(client.request(post), { code: 'MSG_UNAVAILABLE' })
      assert.equal(server.received.length, 1)
    })
  }
})

test('an endless wait ends with the budget, and the error says how long to wait', async () => {
  await withGraph(failing(99, 429, { 'retry-after': '400' }), async ({ client, clock }) => {
    await assert.rejects(client.request({ path: '/users' }), (error) => {
      assert.ok(isThrottled(error) && isMicrosoftError(error))
      assert.equal(error.retryAfterMs, 400_000)
      return true
    })
    assert.deepEqual(clock.sleeps, [400_000])
  })
})

test('a refused token is renewed once', async () => {
  const answer: Answer = (request, response) =>
    request.headers.authorization === 'Bearer token-1'
      ? json(response, 401, graphError('InvalidAuthenticationToken'))
      : json(response, 200, {})
  await withGraph(answer, async ({ client, server }) => {
    await client.request({ path: '/me' })
    assert.equal(server.received.length, 2)
  })
  await withGraph(failing(99, 401, {}, 'InvalidAuthenticationToken'), async ({ client, server }) => {
    await assert.rejects(client.request({ path: '/me' }), { code: 'MSG_TOKEN_REFUSED' })
    assert.equal(server.received.length, 2)
  })
})

test('pages are followed verbatim, with their headers, to the delta link', async () => {
  let origin = ''
  const answer: Answer = (_request, response, number) => {
    const base = `${origin}/v1.0/odd%20path?$skiptoken=A+b%2Fc`
    if (number === 1) return json(response, 200, { value: [1, 2], '@odata.nextLink': base })
    if (number === 2) return json(response, 200, { value: [], '@odata.nextLink': `${base}2` })
    return json(response, 200, { value: [3], '@odata.deltaLink': `${base}3` })
  }
  await withGraph(answer, async ({ client, server }) => {
    origin = server.cloud.graphRoot
    const pages = await Array.fromAsync(
      client.pages<number>({ path: '/things/delta', query: { $top: 2 }, prefer: [preferImmutableIds] }),
    )
    assert.deepEqual(
      pages.map((page) => page.value),
      [[1, 2], [], [3]],
    )
    assert.equal(pages[2]?.deltaLink, `${origin}/v1.0/odd%20path?$skiptoken=A+b%2Fc3`)
    assert.equal(server.received[1]?.url, '/v1.0/odd%20path?$skiptoken=A+b%2Fc')
    assert.ok(server.received.every((request) => request.headers['prefer'] === preferImmutableIds))
  })
})

for (const link of [
  'https://evil.example/v1.0/users',
  'http://169.254.169.254/latest',
  'http://127.0.0.1:1/v1.0/users',
  '//evil.example/users',
]) {
  test(`a next link to ${link} is not followed and gets no token`, async () => {
    await withGraph(
      (_request, response) => json(response, 200, { value: [], '@odata.nextLink': link }),
      async ({ client, server }) => {
        await assert.rejects(
          Array.fromAsync(client.pages({ path: '/users' })),
          (error: Error & { code?: string }) =>
            /^MSG_(FOREIGN_ADDRESS|REQUEST_INVALID)$/.test(error.code ?? ''),
        )
        assert.equal(server.received.length, 1)
      },
    )
  })
}

test('a pre-authenticated address must be https', async () => {
  await withGraph(failing(0, 200), async ({ client, server }) => {
    await assert.rejects(
      client.request({
        method: 'PUT',
        path: `${server.cloud.graphRoot}/upload`,
        body: Buffer.from('x'),
        anonymous: true,
      }),
      { code: 'MSG_FOREIGN_ADDRESS' },
    )
  })
})

test('a page that breaks off with status 200 is an error of its own kind', async () => {
  await withGraph(
    (_request, response) => void response.end('{"value":[{"id":"1"},{"id":"2","subj'),
    async ({ client, server }) => {
      await assert.rejects(Array.fromAsync(client.pages({ path: '/messages' })), (error) =>
        isTruncatedAnswer(error),
      )
      assert.equal(server.received.length, 1)
    },
  )
})

test('an answer without what is relied upon is an error, and further properties are welcome', async () => {
  await withGraph(
    (_request, response) => json(response, 200, { id: 5, more: true }),
    async ({ client }) => {
      await client.request({ path: '/x', schema: Type.Object({ id: Type.Number() }) })
      await assert.rejects(client.request({ path: '/x', schema: Type.Object({ id: Type.String() }) }), {
        code: 'MSG_UNEXPECTED_ANSWER',
      })
    },
  )
})

test('bodies are bounded, whether read whole or as a stream', async () => {
  await withGraph(
    (_request, response) => void response.end(Buffer.alloc(200_000, 'x')),
    async ({ client }) => {
      const bytes = await client.request<Buffer>({ path: '/x', as: 'bytes' })
      assert.equal(bytes.body.length, 200_000)
      await assert.rejects(client.request({ path: '/x', as: 'bytes', maxBytes: 100_000 }), {
        code: 'MSG_ANSWER_TOO_LARGE',
      })
      const { body } = await client.request<Readable>({ path: '/x', as: 'stream', maxBytes: 100_000 })
      await assert.rejects(Array.fromAsync(body), { code: 'MSG_ANSWER_TOO_LARGE' })
      const whole = await client.request<Readable>({ path: '/x', as: 'stream' })
      const before = client.statistics.bytes
      assert.equal(Buffer.concat(await Array.fromAsync(whole.body)).length, 200_000)
      assert.ok(client.statistics.bytes >= before)
    },
  )
})

test('streams hold their places until they end', async () => {
  await withGraph(
    (_request, response) => void response.end(Buffer.alloc(300_000)),
    async ({ client, server }) => {
      const streams = await Promise.all(
        [1, 2, 3, 4].map(() => client.request<Readable>({ path: '/x', as: 'stream', mailbox: 'm' })),
      )
      const fifth = client.request({ path: '/x', as: 'bytes', mailbox: 'M' })
      await new Promise((resolve) => setTimeout(resolve, 50))
      assert.equal(server.received.length, 4)
      streams[0]?.body.destroy()
      await fifth
      for (const { body } of streams) body.destroy()
    },
  )
})

test('an attempt without an answer ends at its time limit', async () => {
  await withGraph(
    () => {},
    async ({ client }) => {
      await assert.rejects(client.request({ path: '/x', timeoutMs: 50, retryBudgetMs: 0 }), {
        code: 'MSG_TIMEOUT',
      })
    },
  )
})

test("the caller's signal ends a request with the caller's own reason", async () => {
  await withGraph(
    () => {},
    async ({ client }) => {
      const controller = new AbortController()
      const request = client.request({ path: '/x', signal: controller.signal })
      setTimeout(() => controller.abort(new Error('shutting down')), 30)
      await assert.rejects(request, /shutting down/)
    },
  )
})

test('limited items of a batch are sent again, after the longest wait, and the answers come in order', async () => {
  const answer: Answer = (request, response, number) => {
    const { requests } = JSON.parse(request.body) as { requests: Array<{ id: string }> }
    const limited = (id: string) => number === 1 && id === 'b'
    json(response, 200, {
      responses: requests
        .map(({ id }) =>
          limited(id)
            ? { id, status: 429, headers: { 'Retry-After': '5' }, body: graphError('ApplicationThrottled') }
            : {
                id,
                status: id === 'c' ? 404 : 200,
                body: id === 'c' ? graphError('ErrorItemNotFound') : { id },
              },
        )
        .toReversed(),
    })
  }
  await withGraph(answer, async ({ client, clock, server }) => {
    const responses = await client.batch(['a', 'b', 'c'].map((id) => ({ id, path: `/users/${id}` })))
    assert.deepEqual(
      responses.map(({ id, status }) => [id, status]),
      [
        ['a', 200],
        ['b', 200],
        ['c', 404],
      ],
    )
    assert.equal(server.received.length, 2)
    assert.ok(clock.sleeps.includes(5_000))
    assert.equal(
      responses.some(({ error }) => isNotFound(error)),
      true,
    )
  })
})

test('a batch of more than twenty, or with an id twice, is refused before it is sent', async () => {
  await withGraph(failing(0, 200), async ({ client, server }) => {
    const many = Array.from({ length: 21 }, (_, index) => ({ id: String(index), path: '/users' }))
    await assert.rejects(client.batch(many), { code: 'MSG_REQUEST_INVALID' })
    await assert.rejects(
      client.batch([
        { id: '1', path: '/a' },
        { id: '1', path: '/b' },
      ]),
      {
        code: 'MSG_REQUEST_INVALID',
      },
    )
    assert.equal(server.received.length, 0)
  })
})

test('no token appears in errors or in what is logged', async () => {
  await withGraph(failing(99, 429, { 'retry-after': '1' }), async ({ client }) => {
    const error = await client
      .request({ path: '/users', retryBudgetMs: 3_000 })
      .catch((caught: unknown) => caught)
    const told = `${JSON.stringify(error)} ${String(error)} ${(error as Error).stack} ${logged.join(' ')}`
    assert.ok(isMicrosoftError(error))
    assert.doesNotMatch(told, /token-1|bearer/i)
  })
})
