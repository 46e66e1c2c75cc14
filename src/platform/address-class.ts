import { lookup, type LookupAddress } from 'node:dns';
import { lookup as lookUp } from 'node:dns/promises';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** How near an address is: a public one, one of a private network, or this machine and what is next to it. */
export type Nearness = 0 | 1 | 2;

// RFC 6890 and the registries it set up. Link-local counts as near as loopback: clouds keep credentials there.
const HERE = blockList([
  'ipv4 0.0.0.0/8',
  'ipv4 127.0.0.0/8',
  'ipv4 169.254.0.0/16',
  'ipv6 ::/127',
  'ipv6 fe80::/10',
]);
const PRIVATE = blockList([
  'ipv4 10.0.0.0/8',
  'ipv4 100.64.0.0/10',
  'ipv4 172.16.0.0/12',
  'ipv4 192.0.0.0/24',
  'ipv4 192.168.0.0/16',
  'ipv4 198.18.0.0/15',
  'ipv4 224.0.0.0/3',
  'ipv6 fc00::/7',
  'ipv6 ff00::/8',
  // They hold IPv4 addresses of any kind.
  'ipv6 64:ff9b::/96',
  'ipv6 2002::/16',
]);

/** Of an IP address; what is none counts as nearest. */
export function nearnessOf(address: string): Nearness {
  const version = isIP(address);
  if (version === 0) return 2;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (HERE.check(address, family)) return 2;
  return PRIVATE.check(address, family) ? 1 : 0;
}

/** Of a URL's host: that of the nearest of its addresses. A name that has none counts as far away. */
export async function nearnessOfHost({ hostname }: URL): Promise<Nearness> {
  const literal = hostname.replace(/^\[(.*)\]$/, '$1');
  const found = await lookUp(literal, { all: true }).catch(() => []);
  return found.map(({ address }) => nearnessOf(address)).reduce<Nearness>((a, b) => (a > b ? a : b), 0);
}

/** Throws for a URL whose host is an address, rather than a name, that is nearer: no name is looked up for it. */
export function refuseNearer({ hostname }: URL, limit: Nearness): void {
  const literal = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(literal) !== 0 && nearnessOf(literal) > limit) throw tooNear(hostname);
}

/** Looks names up, and finds only addresses that are no nearer: the very ones that are then connected to. */
export function lookupNoNearer(limit: Nearness): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      const [first, ...others] =
        error === null ? found.filter(({ address }) => nearnessOf(address) <= limit) : [];
      if (first === undefined) return callback(error ?? tooNear(hostname), '', 0);
      if (options.all === true) return callback(null, [first, ...others] satisfies LookupAddress[]);
      return callback(null, first.address, first.family);
    });
  };
}

function tooNear(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${hostname} is an address of this network`), { code: 'EPRIVATEADDRESS' });
}

function blockList(subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [family = '', network = '', bits = ''] = subnet.split(/[ /]/);
    list.addSubnet(network, Number(bits), family === 'ipv4' ? 'ipv4' : 'ipv6');
  }
  return list;
}
