#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes first, with the real engine: files by their priority, as they arrive on the disk, and trackers by their tier,
as they are asked."""
import re
import time

import pages
import rig
import test_real
import test_steer
from rig import check, wait_for
from test_real import PIECE, SHOAL, downloads, sha256

# None of them shares a piece with another; by their place in the torrent they would come the other way round.
FILES = 'a-low', 'b-normal', 'c-high'
FILE_SIZE = 40 * PIECE


class Ranked(test_real.Swarm):
    def make_data(self):
        data = self.dir / 'data' / 'ranked'
        data.mkdir(parents=True)
        for name in FILES:
            block = name.encode()
            content = bytearray()
            while len(content) < FILE_SIZE:
                block = test_real.hashlib.sha512(block).digest()
                content += block * 64
            (data / name).write_bytes(content[:FILE_SIZE])
        self.make_torrent(data)


def start(desktop, swarm, page, *torrents, **settings):
    test_real.shutil.rmtree(downloads(desktop), ignore_errors=True)
    desktop.settings(window_width=1180, window_height=900, port=swarm.port, details_page=f"'{page}'", **settings)
    app = desktop.app(SHOAL, *torrents).wait_window()
    app.wait_window_titled('Add Torrent' if len(torrents) == 1 else f'Add {len(torrents)} Torrents')
    app.wait_text('7\\.9.MB')
    desktop.key('Return')
    app.wait_windows(1)
    return app


def watch_arrivals(swarm, folder, names):
    """The files in the order in which they become whole."""
    wanted = {name: sha256(swarm.dir / 'data/ranked' / name) for name in names}
    came = []
    end = time.monotonic() + 60
    while len(came) < len(names) and time.monotonic() < end:
        for name in names:
            path = folder / name
            if name not in came and path.exists() and path.stat().st_size == FILE_SIZE and sha256(path) == wanted[name]:
                came.append(name)
        time.sleep(0.02)
    return came


def priorities(desktop, swarm):
    swarm.seeder(rate=1_500_000)
    app = start(desktop, swarm, 'files', swarm.torrent, start_at_once='false')
    app.click(app.row('ranked'))
    for name, words in (('c-high', 'High'), ('a-low', 'Low')):
        pages.menu(app, pages.item(app, 'Files', f'^{name},'), words)
        pages.item(app, 'Files', f'^{name}, .*{words.lower()} priority')
    desktop.shot('tiers-priorities')
    app.press('Resume', 'push button', start=app.wait('Details'))
    came = watch_arrivals(swarm, downloads(desktop) / 'ranked', FILES)
    check(came == ['c-high', 'b-normal', 'a-low'], lambda: f'the files came as {came}')
    app.wait_text(r'7\.9.MB · seeding', timeout=30)
    check(app.quit() == 0, 'it ends')


def with_tiers(swarm, name, *urls):
    """The torrent with other trackers, each in a tier of its own; another torrent for who adds it, by what it says of its source."""
    lt = swarm.lt
    torrent = lt.bdecode(swarm.torrent.read_bytes())
    torrent[b'announce'] = urls[0].encode()
    torrent[b'announce-list'] = [[url.encode()] for url in urls]
    torrent[b'info'][b'source'] = name.encode()
    path = swarm.dir / f'{name}.torrent'
    path.write_bytes(lt.bencode(torrent))
    return path


def tiers(desktop, swarm):
    """A tracker of the second tier is asked when that of the first does not answer, and is left alone when it does."""
    alive = f'http://127.0.0.1:{swarm.tracker_port}/announce'
    dead = f'http://127.0.0.1:{test_real.free_port()}/announce'
    spare = test_steer.Tracker()
    torrents = [with_tiers(swarm, 'fails', dead, alive), with_tiers(swarm, 'answers', alive, spare.url)]
    session = swarm.open_session()
    handles = [swarm.take_part(session, torrent, swarm.dir / 'data') for torrent in torrents]
    for handle in handles:
        handle.replace_trackers([{'url': alive, 'tier': 0}])
    wait_for(lambda: all(handle.status().is_seeding for handle in handles), 'the seeder to check its data')
    app = start(desktop, swarm, 'trackers', torrents[0])
    app.click(app.row('ranked'))
    pages.item(app, 'Trackers', f'^{re.escape(dead)} · failed .* · tier 1$', timeout=30)
    pages.item(app, 'Trackers', f'^{re.escape(alive)} · answered .* · tier 2$', timeout=30)
    names = [row.get_name() for row in pages.items(app, 'Trackers')]
    check(names[0].startswith(dead) and names[1].startswith(alive), lambda: f'they stand in their order: {names}')
    desktop.shot('tiers')
    app.wait_text(r'7\.9.MB · seeding', timeout=60)
    desktop.key('shift+Delete')
    app.press(re.compile('Delete$'), 'push button')
    app.wait_text('Nothing Here Yet')
    desktop.run([SHOAL, str(torrents[1])])
    app.wait_window_titled('Add Torrent')
    app.wait_text('7\\.9.MB')
    desktop.key('Return')
    app.wait_windows(1)
    app.click(app.row('ranked'))
    pages.item(app, 'Trackers', f'^{re.escape(alive)} · answered .* · tier 1$', timeout=30)
    pages.item(app, 'Trackers', f'^{re.escape(spare.url)} · .*tier 2$')
    app.wait_text(r'7\.9.MB · seeding', timeout=60)
    check(not spare.events, lambda: f'the second tier is left alone: {spare.events}')
    check(app.quit() == 0, 'it ends')
    check(not spare.events, lambda: f'and is told nothing: {spare.events}')
    spare.shutdown()


def ranked(function):
    return test_real.with_swarm(function, Ranked)


if __name__ == '__main__':
    rig.main(ranked(priorities), ranked(tiers))
