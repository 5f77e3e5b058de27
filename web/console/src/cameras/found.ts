// found.ts - what a search for cameras has found, as lines of a list: a channel that can be imported, or a device that tells why not

import type { FoundChannel, FoundDevice, FoundStream } from '../api/onvif';

export interface FoundLine {
  key: string; // stays the same from answer to answer
  device: FoundDevice;
  channel?: FoundChannel; // one that has a stream
}

export function foundLines(devices: FoundDevice[]): FoundLine[] {
  return devices.flatMap((device) => {
    const channels = (device.channels ?? []).filter((channel) => channel.main || channel.trouble);
    if (device.state !== 'ready' || !channels.length) return [{ key: device.id, device }];
    return channels.map((channel) => ({ key: `${device.id}/${channel.channel}`, device, channel }));
  });
}

/** Its address, with the port of its web page where that is not the usual one. */
export const place = (device: FoundDevice) => device.service?.match(/^https?:\/\/([^/]+)/)?.[1] ?? device.address;

export const canImport = (line: FoundLine) => Boolean(line.channel?.main && !line.channel.camera);
export const wantsLogin = (line: FoundLine) => line.device.state === 'trouble' && ['login', 'denied'].includes(line.device.trouble?.code ?? '');

/** What a new camera is called as long as nobody has said so. */
export function proposedName(line: FoundLine): string {
  const name = line.device.name || [line.device.maker, line.device.model].filter(Boolean).join(' ') || line.device.address;
  return (line.device.channels?.length ?? 0) > 1 ? `${name} ${line.channel?.channel ?? ''}` : name;
}

export const streamWords = (stream: FoundStream) =>
  `${stream.width && stream.height ? `${stream.width}×${stream.height} ` : ''}${(stream.codec ?? '').replace('H26', 'H.26')}`.trim();

const MINUTE_S = 60;
/** Minutes that a clock is off, 0 when it does not matter. */
export const minutesOff = (device: FoundDevice) => {
  const off = device.clock_off_s ?? 0;
  return Math.abs(off) < MINUTE_S / 2 ? 0 : Math.sign(off) * Math.max(1, Math.round(Math.abs(off) / MINUTE_S));
};
