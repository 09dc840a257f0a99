/**
 * Validators and serializers of the routes, each compiled when it is first needed: to compile those of all routes takes half a
 * second, and a server uses few of them in an hour.
 */
import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import type { FastifySchemaCompiler, FastifySerializerCompiler } from 'fastify'

type Validator = FastifySchemaCompiler<Parameters<typeof TypeBoxValidatorCompiler>[0]['schema']>

/** As fastify's own for TypeBox, compiled at the first request of the route. */
export const compileValidator: Validator = (route) => {
  const validate = atFirstUse(() => TypeBoxValidatorCompiler(route))
  return (value: unknown) => validate()(value)
}

const compile = SerializerSelector()()

/** As fastify's own, compiled at the first answer of the route. */
export const compileSerializer: FastifySerializerCompiler<unknown> = ({
  method,
  url,
  httpStatus,
  schema,
}) => {
  const serialize = atFirstUse(() => compile({ method, url, httpStatus: httpStatus ?? '', schema }))
  return (value: unknown) => serialize()(value)
}

function atFirstUse<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
