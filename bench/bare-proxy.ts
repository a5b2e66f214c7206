import { createSocket, type RemoteInfo } from 'node:dgram';
import {
  BACKUP_PBX,
  CARRIER,
  DELIVERED,
  dialled,
  EDGE,
  GATEWAY,
  hostPort,
  PBX,
  REFUSED,
  REFUSING_PBX,
} from './address-plan.ts';

/**
 * As little as JavaScript can do with a datagram and still bring the calls of the workloads through: it looks for a
 * few lines and splices text. It checks nothing, keeps nothing and is no SIP element. What it costs is what node:dgram,
 * the kernel and JavaScript cost anyway; what a server costs beyond it is its own doing. Started by bare.ts.
 */

interface Place {
  readonly address: string;
  readonly port: number;
}

const VIA = '\r\nVia:';
const LAST_DELIVERED = Number(dialled(DELIVERED.last));
const FIRST_REFUSED = Number(dialled(REFUSED.first));

const socket = createSocket({ type: 'udp4', lookup: (name, _options, found) => found(null, name, 4) });
/** The INVITEs to the PBX that refuses, by their Call-ID: they go to the backup next. */
const refusable = new Map<string, string>();
let branches = 0;

socket.on('message', (datagram, from) => {
  const text = datagram.toString('latin1');
  if (text.startsWith('SIP/2.0 ')) response(text);
  else if (text.startsWith('REGISTER ')) register(text, from);
  else if (text.startsWith('INVITE ')) invite(text, from);
  else inDialog(text);
});
socket.bind(EDGE.port, EDGE.address);

function send(text: string, { address, port }: Place): void {
  socket.send(Buffer.from(text, 'latin1'), port, address);
}

/** The first header line of that name, without its line end. */
function line(text: string, name: string): string {
  const at = text.indexOf(`\r\n${name}:`) + 2;
  return text.slice(at, text.indexOf('\r\n', at));
}

function answer(text: string, status: string, more: string): string {
  const to = `${line(text, 'To')}${status.startsWith('1') ? '' : ';tag=bare'}`;
  const head = `SIP/2.0 ${status}\r\n${line(text, 'Via')}\r\n${line(text, 'From')}\r\n${to}`;
  return `${head}\r\n${line(text, 'Call-ID')}\r\n${line(text, 'CSeq')}\r\n${more}Content-Length: 0\r\n\r\n`;
}

function register(text: string, from: RemoteInfo): void {
  const challenge = `WWW-Authenticate: Digest realm="${EDGE.address}",nonce="bare",algorithm=MD5,qop="auth"\r\n`;
  if (!text.includes('\r\nAuthorization:')) send(answer(text, '401 Unauthorized', challenge), from);
  else send(answer(text, '200 OK', `${line(text, 'Contact')};expires=3600\r\n`), from);
}

function ownVia(): string {
  branches += 1;
  return `Via: SIP/2.0/UDP ${hostPort(EDGE)};branch=z9hG4bKbare${branches.toString(36)}\r\n`;
}

function invite(text: string, from: RemoteInfo): void {
  send(answer(text, '100 Trying', ''), from);
  const did = text.slice(text.indexOf(':') + 1, text.indexOf('@'));
  const target = targetOf(Number(did));
  if (target === REFUSING_PBX) refusable.set(line(text, 'Call-ID'), text);
  forward(text, did, target);
}

function targetOf(did: number): Place {
  if (did <= LAST_DELIVERED) return PBX;
  return did < FIRST_REFUSED ? GATEWAY : REFUSING_PBX;
}

function forward(text: string, did: string, target: Place): void {
  const headers = text.slice(text.indexOf(VIA) + 2);
  const recordRoute = `Record-Route: <sip:${EDGE.address};lr>\r\n`;
  send(`INVITE sip:${did}@${hostPort(target)} SIP/2.0\r\n${ownVia()}${recordRoute}${headers}`, target);
}

function inDialog(text: string): void {
  const via = text.indexOf(VIA) + 2;
  const route = text.indexOf('\r\nRoute:');
  const rest =
    route === -1 ? text.slice(via) : text.slice(via, route) + text.slice(text.indexOf('\r\n', route + 2));
  const host = text.indexOf('@') + 1;
  const colon = text.indexOf(':', host);
  const target = { address: text.slice(host, colon), port: Number.parseInt(text.slice(colon + 1), 10) };
  send(`${text.slice(0, via)}${ownVia()}${rest}`, target);
}

/** Goes to the carrier, which begins and ends every call. */
function response(text: string): void {
  if (text.startsWith('100', 8)) return;
  if (text.startsWith('503', 8)) {
    refused(text);
    return;
  }
  const via = text.indexOf(VIA);
  const end = text.indexOf('\r\n', via + 2);
  const comma = text.indexOf(',', via);
  const rest = comma === -1 || comma > end ? text.slice(end) : `${VIA}${text.slice(comma + 1)}`;
  send(text.slice(0, via) + rest, CARRIER);
}

function refused(text: string): void {
  const callId = line(text, 'Call-ID');
  const request = refusable.get(callId);
  if (request === undefined) return;
  refusable.delete(callId);
  const did = request.slice(request.indexOf(':') + 1, request.indexOf('@'));
  const dialog = `${line(text, 'From')}\r\n${line(text, 'To')}\r\n${callId}`;
  const cseq = line(text, 'CSeq').replace('INVITE', 'ACK');
  const end = `${cseq}\r\nContent-Length: 0\r\n\r\n`;
  const ack = `ACK sip:${did}@${hostPort(REFUSING_PBX)} SIP/2.0\r\n${topVia(text)}\r\n${dialog}\r\n${end}`;
  send(ack, REFUSING_PBX);
  forward(request, did, BACKUP_PBX);
}

function topVia(text: string): string {
  const via = line(text, 'Via');
  const comma = via.indexOf(',');
  return comma === -1 ? via : via.slice(0, comma);
}
