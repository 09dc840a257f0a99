import type { ColumnType } from 'kysely'
import type { OperatorTable } from './security.ts'

/** A token that an operator made for a program. The token itself is nowhere, only its SHA-256: 256 random bits need no slow hash. */
export interface ApiTokenTable {
  id: ColumnType<string, string, never>
  operator_id: ColumnType<string, string, never>
  /** What it is for, in the operator's words. */
  name: string
  token_hash: ColumnType<Buffer, Buffer, never>
  /** It can do what both this role and the operator's own may. */
  role: OperatorTable['role']
  /** False: of what the operator reaches, only the organizations that `api_token_reach` lists. */
  reaches_everything: boolean
  created_at: ColumnType<Date, Date, never>
  expires_at: Date
  /** To the minute. */
  last_used_at: Date | null
}

export interface ApiTokenReachTable {
  token_id: string
  organization_id: string
}

export interface ApiTokenTables {
  api_tokens: ApiTokenTable
  api_token_reach: ApiTokenReachTable
}
