import { type Brand, mint } from '../base/brand.ts';

export type AccountId = Brand<string, 'AccountId'>;
export type TrunkGroupId = Brand<string, 'TrunkGroupId'>;
export type GatewayId = Brand<string, 'GatewayId'>;
export type ApiKeyId = Brand<string, 'ApiKeyId'>;
/** A trunk server's name: trunk1, trunk2, … */
export type TrunkServerId = Brand<string, 'TrunkServerId'>;
/** Names one call at the trunk server that took it; unique over restarts and trunk servers. */
export type CallId = Brand<string, 'CallId'>;

export const accountId = (text: string): AccountId => mint<AccountId>(text);
export const trunkGroupId = (text: string): TrunkGroupId => mint<TrunkGroupId>(text);
export const gatewayId = (text: string): GatewayId => mint<GatewayId>(text);
export const apiKeyId = (text: string): ApiKeyId => mint<ApiKeyId>(text);
export const trunkServerId = (text: string): TrunkServerId => mint<TrunkServerId>(text);
export const callId = (text: string): CallId => mint<CallId>(text);
