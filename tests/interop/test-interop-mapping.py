#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real router, miniupnpd, between this machine and the world: it lets others in, and no longer after the end."""
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import bencode
import harness
import namespaces
import shoal

MIB = 1 << 20

# miniupnpc reads the number of a chunk where it lies, without a NUL behind the buffer: strictly wrong, and not ours.
os.environ['ASAN_OPTIONS'] = os.environ.get('ASAN_OPTIONS', '').replace('strict_string_checks=1', 'strict_string_checks=0')
# Addresses that look global: miniupnpd opens nothing behind one that is for documentation. Nothing leaves the namespaces.
WORLD4, OUTSIDE4 = '5.5.5.9', '5.5.5.1'
WORLD6, OUTSIDE6, HOME6, ROUTER6 = '2a0a:1::9', '2a0a:1::1', '2a0a:2::2', '2a0a:2::1'
CONFIG = """\
ext_ifname=world
ext_ifname6=world
listening_ip=home
http_port=5555
enable_upnp={upnp}
enable_natpmp={natpmp}
lease_file={folder}/leases
uuid=00000000-0000-0000-0000-000000000001
min_lifetime=10
max_lifetime={max_lifetime}
upnp_table_name=filter
upnp_nat_table_name=filter
upnp_forward_chain=miniupnpd
upnp_nat_chain=prerouting_miniupnpd
upnp_nat_postrouting_chain=postrouting_miniupnpd
allow 1024-65535 0.0.0.0/0 1024-65535
"""
TABLES = """\
table inet filter {
  chain miniupnpd { }
  chain prerouting_miniupnpd { }
  chain postrouting_miniupnpd { }
  chain prerouting { type nat hook prerouting priority -100; jump prerouting_miniupnpd; }
  chain postrouting {
    type nat hook postrouting priority 100;
    jump postrouting_miniupnpd;
    meta nfproto ipv4 oifname "world" masquerade
  }
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
    iifname "home" accept
    meta l4proto ipv6-icmp accept
    jump miniupnpd
  }
}
"""
# Before it reaches the daemon, PCP is turned into a version of it that nobody has heard of.
REFUSED_PCP = """\
table inet old {
  chain prerouting { type filter hook prerouting priority mangle; udp dport 5351 @th,64,8 2 @th,64,8 set 3; }
}
"""


class Router:
    """Namespaces `router` and `world`; this one is the home, with the router as its way out."""

    def __init__(self, test):
        self.test = test
        self.tmp = test.folder('router')
        self.make_names()
        for name in ('router', 'world'):
            namespaces.run('ip', 'netns', 'add', name)
            namespaces.run(*self.inside(name), 'ip', 'link', 'set', 'lo', 'up')
        self.join((), 'near', '192.168.7.2', HOME6, 'router', 'home', '192.168.7.1', ROUTER6)
        self.join('router', 'world', OUTSIDE4, OUTSIDE6, 'world', 'far', WORLD4, WORLD6)
        namespaces.run(*self.inside('world'), 'ip', '-6', 'route', 'add', 'default', 'via', OUTSIDE6)
        namespaces.run('ip', 'route', 'add', 'default', 'via', '192.168.7.1')
        namespaces.run('ip', '-6', 'route', 'add', 'default', 'via', ROUTER6)
        for name in ('net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding'):
            namespaces.run(*self.inside('router'), 'sysctl', '-q', '-w', name + '=1')
        subprocess.run([*self.inside('router'), 'nft', '-f', '-'], input=TABLES, text=True, check=True)

    @staticmethod
    def inside(name):
        return ('nsenter', f'--net=/run/netns/{name}') if name else ()

    def make_names(self):
        os.makedirs('/run/netns', exist_ok=True)
        namespaces.run('mount', '-t', 'tmpfs', 'tmpfs', '/run/netns')
        self.test.on_end(lambda: subprocess.run(['umount', '-l', '/run/netns'], capture_output=True))
        for name in ('world', 'router'):
            self.test.on_end(lambda name=name: subprocess.run(['ip', 'netns', 'delete', name], capture_output=True))
        self.test.on_end(lambda: subprocess.run(['ip', 'link', 'delete', 'near'], capture_output=True))

    def join(self, one, device, address4, address6, other, other_device, other4, other6):
        namespaces.run(*self.inside(one), 'ip', 'link', 'add', 'name', device, 'type', 'veth', 'peer', 'name', other_device)
        namespaces.run(*self.inside(one), 'ip', 'link', 'set', other_device, 'netns', other)
        for name, link, ip4, ip6 in ((one, device, address4, address6), (other, other_device, other4, other6)):
            namespaces.run(*self.inside(name), 'ip', 'address', 'add', ip4 + '/24', 'dev', link)
            namespaces.run(*self.inside(name), 'ip', '-6', 'address', 'add', ip6 + '/64', 'dev', link, 'nodad')
            namespaces.run(*self.inside(name), 'ip', 'link', 'set', link, 'up')

    def start(self, upnp, natpmp, max_lifetime=86400):
        config = self.tmp / 'miniupnpd.conf'
        config.write_text(CONFIG.format(folder=self.tmp, upnp='yes' if upnp else 'no', natpmp='yes' if natpmp else 'no',
                                        max_lifetime=max_lifetime))
        self.daemon = self.test.start(
            [shutil.which('miniupnpd', path='/usr/sbin:/usr/bin'), '-d', '-f', config, '-P', self.tmp / 'pid'],
            'miniupnpd', prefix=self.inside('router'))
        return self

    def rules(self):
        return subprocess.run([*self.inside('router'), 'nft', 'list', 'ruleset'], capture_output=True, text=True).stdout

    def sends_on(self, protocol, port):
        number = {'tcp': 6, 'udp': 17}[protocol]
        return any('dnat' in line and (f'{protocol} dport {port}' in line or
                                       f'0x{number:x} th dport {port}' in line)
                   for line in self.rules().splitlines())

    def can_connect(self, port, address=OUTSIDE4):
        """From the world, through the router."""
        script = f'import socket; socket.create_connection(("{address}", {port}), 1).close()'
        return subprocess.run([*self.inside('world'), '/usr/bin/python3', '-c', script], capture_output=True).returncode == 0


class MappingTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        if shutil.which('miniupnpd', path='/usr/sbin:/usr/bin') is None or shutil.which('nft', path='/usr/sbin') is None:
            self.skipTest('miniupnpd or nft is not installed')
        if not namespaces.has_links():
            self.skipTest('no veth devices')
        torrent = bencode.Torrent('data.bin', os.urandom(MIB), 65536)
        (self.folder('source') / 'data.bin').write_bytes(torrent.data)
        self.file = torrent.write(self.tmp / 'data.torrent')

    def start_seed(self):
        argv = [word for word in shoal.seed_argv(self.file, self.tmp / 'source', self.tmp / 'state', bind=None, port=45678)
                if word != '--no-port-mapping']
        process = self.start_json(argv, 'seed')
        process.port = process.expect('listening')['tcp']
        return process

    def start_router(self, **options):
        router = Router(self).start(**options)
        harness.wait_until(lambda: 'istening' in router.daemon.text() or router.daemon.status is not None, 10, 'the router')
        self.assertIsNone(router.daemon.status, router.daemon.tail())
        return router

    def wait_open(self, router, port):
        harness.wait_until(lambda: router.can_connect(port), 30, lambda: router.rules() + router.daemon.tail(60))
        for protocol in ('tcp', 'udp'):
            harness.wait_until(lambda: router.sends_on(protocol, port), 10, lambda: protocol + router.rules())

    def end(self, router, seed):
        """Within the time that the end of a run has, all is as it was before."""
        begin = time.monotonic()
        shoal.stop_cleanly(self, seed)
        self.assertLess(time.monotonic() - begin, 5.5 * harness.PATIENCE)
        self.assertFalse(router.can_connect(seed.port))
        # Not the ways in for IPv6: miniupnpd 2.3.1 refuses to close one that it has renewed.
        self.assertFalse([line for line in router.rules().splitlines() if 'dnat' in line], router.daemon.tail(40))

    def run_life(self, **options):
        router = self.start_router(**options)
        seed = self.start_seed()
        self.wait_open(router, seed.port)
        self.end(router, seed)

    def test_upnp(self):
        self.run_life(upnp=True, natpmp=False)

    def test_pcp(self):
        self.run_life(upnp=False, natpmp=True)

    def test_nat_pmp(self):
        """A router that refuses PCP is asked by the older protocol, with which it lets others in."""
        router = self.start_router(upnp=False, natpmp=True)
        subprocess.run([*router.inside('router'), 'nft', '-f', '-'], input=REFUSED_PCP, text=True, check=True)
        capture = namespaces.Capture(self, 'near')
        seed = self.start_seed()
        self.wait_open(router, seed.port)
        self.end(router, seed)
        self.assertIn(0, {data[0] for _, to, data in capture.packets(17) if to == 5351})

    def test_ipv6_by_pcp(self):
        """There the router is a gate, not a translator."""
        router = self.start_router(upnp=False, natpmp=True)
        seed = self.start_seed()
        harness.wait_until(lambda: router.can_connect(seed.port, HOME6), 30, lambda: router.rules() + router.daemon.tail(60))
        shoal.stop_cleanly(self, seed)
        self.assertNotIn(str(seed.port), router.rules())

    def test_renewed(self):
        """A router that grants twelve seconds is asked again before they are over."""
        router = self.start_router(upnp=False, natpmp=True, max_lifetime=12)
        seed = self.start_seed()
        self.wait_open(router, seed.port)
        for _ in range(25):
            time.sleep(1)
            self.assertTrue(router.can_connect(seed.port), router.daemon.tail(60))
        self.end(router, seed)

    def run_two(self, **options):
        """Two behind one router, with one port number: the second gets another one there, and says so to its tracker,
        to the DHT, and to strangers who come."""
        router = self.start_router(**options)
        namespaces.run('ip', 'address', 'add', '192.168.7.3/24', 'dev', 'near')
        tracker = self.start_json([harness.SHOAL_CLI, 'tracker', '--json', '--port=6969'], 'tracker',
                                  prefix=router.inside('world'))
        tracker.expect('listening')
        stranger = self.start_json(['/usr/bin/python3', harness.SOURCE_ROOT / 'tests/support/stranger.py', WORLD4, '7400'],
                                   'stranger', prefix=router.inside('world'))
        seeds = []
        for address in ('192.168.7.2', '192.168.7.3'):
            source = self.folder(f'source-{address}')
            shutil.copy(self.tmp / 'source/data.bin', source)
            argv = shoal.seed_argv(self.file, source, self.tmp / f'state-{address}', '--allow-local',
                                   f'--tracker=http://{WORLD4}:6969/announce', f'--dht-node={WORLD4}:7400',
                                   bind=address, port=45678)
            argv = [word for word in argv if word not in ('--no-port-mapping', '--no-dht')]
            seeds.append(self.start_json(argv, address))
            harness.wait_until(lambda: f'to {address}:45678' in router.rules(), 30, router.rules)
        rule = next(line for line in router.rules().splitlines() if 'to 192.168.7.3:45678' in line)
        port = int(rule.split('dport ')[1].split()[0])
        self.assertNotEqual(port, 45678)
        self.assertTrue(router.can_connect(port))
        tracker.expect('announce', address=f'{OUTSIDE4}:{port}', seconds=30)
        self.assertTrue(tracker.find('announce', address=f'{OUTSIDE4}:45678'))
        for each in (45678, port):
            visit = stranger.expect('visit', port=each, seconds=30)
            self.assertEqual((visit['listen_port'], visit['dht_port']), (each, each))
        for seed in seeds:
            shoal.stop_cleanly(self, seed)
        self.assertFalse([line for line in router.rules().splitlines() if 'dnat' in line])

    def test_port_taken_upnp(self):
        self.run_two(upnp=True, natpmp=False)

    def test_port_taken_pcp(self):
        self.run_two(upnp=False, natpmp=True)

    def test_switched_off(self):
        router = self.start_router(upnp=True, natpmp=True)
        capture = namespaces.Capture(self, 'near')
        seed = self.start_json(shoal.seed_argv(self.file, self.tmp / 'source', self.tmp / 'state', bind=None), 'seed')
        seed.expect('progress', state='seeding', seconds=30)
        time.sleep(5)
        self.assertFalse([data for _, to, data in capture.packets(17)
                          if to == 5351 or (to == 1900 and data.startswith(b'M-SEARCH'))])
        self.assertNotIn('dnat', router.rules())


if __name__ == '__main__':
    harness.main()
