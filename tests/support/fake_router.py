#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""fake_router.py ADDRESS CONTROL_URL [BASE_URL]: answers the search for routers (SSDP) and says in its description that orders
are taken at CONTROL_URL. What it is asked comes out as JSON, one event a line. With SLOWLY as CONTROL_URL the description
comes as a byte a second, with ENDLESSLY it has no end; with DEAF in place of BASE_URL it hears nothing of the first search, up
to the last of the questions that one has."""
import http.server
import json
import re
import socket
import sys
import threading
import time

GROUP, SSDP_PORT, HTTP_PORT = '239.255.255.250', 1900, 5000
SERVICE = """<service><serviceType>urn:schemas-upnp-org:service:{kind}:1</serviceType><serviceId>{kind}</serviceId>
<controlURL>{control}</controlURL><eventSubURL>/event</eventSubURL><SCPDURL>/scpd</SCPDURL></service>"""
DEVICE = """<device><deviceType>urn:schemas-upnp-org:device:{kind}:1</deviceType><friendlyName>x</friendlyName>
<UDN>uuid:{kind}</UDN><serviceList>{services}</serviceList><deviceList>{devices}</deviceList></device>"""
REPLY = """<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>
<u:{action}Response xmlns:u="urn:schemas-upnp-org:service:WANIPConnection:1">{values}</u:{action}Response></s:Body></s:Envelope>"""
VALUES = {
    'GetStatusInfo': '<NewConnectionStatus>Connected</NewConnectionStatus><NewLastConnectionError>ERROR_NONE'
                     '</NewLastConnectionError><NewUptime>1</NewUptime>',
    'GetExternalIPAddress': '<NewExternalIPAddress>5.5.5.5</NewExternalIPAddress>',
}


def say(event, **fields):
    print(json.dumps({'event': event, **fields}), flush=True)


def describe(control, base):
    def service(kind):
        return SERVICE.format(kind=kind, control=control)
    connection = DEVICE.format(kind='WANConnectionDevice', services=service('WANIPConnection') + service('WANPPPConnection'),
                               devices='')
    wan = DEVICE.format(kind='WANDevice', services=service('WANCommonInterfaceConfig'), devices=connection)
    return ('<?xml version="1.0"?><root xmlns="urn:schemas-upnp-org:device-1-0">' + (f'<URLBase>{base}</URLBase>' if base else '') +
            DEVICE.format(kind='InternetGatewayDevice', services='', devices=wan) + '</root>')


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def answer(self, body):
        self.send_response(200)
        self.send_header('Content-Type', 'text/xml')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        say('described', path=self.path)
        how = self.server.control
        if how not in ('SLOWLY', 'ENDLESSLY'):
            self.answer(self.server.description)
            return
        try:
            self.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n')
            while True:
                self.wfile.write(b' ' if how == 'SLOWLY' else b' ' * 65536)
                time.sleep(1 if how == 'SLOWLY' else 0)
        except OSError:
            say('left')

    def do_POST(self):
        action = self.headers['SOAPAction'].split('#')[-1].strip('"')
        self.rfile.read(int(self.headers['Content-Length']))
        say('ordered', path=self.path, action=action)
        self.answer(REPLY.format(action=action, values=VALUES.get(action, '')).encode())

    def log_message(self, *args):
        pass


def main():
    address, control, base = sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None
    hears = base != 'DEAF'
    base = base if hears else None
    server = http.server.ThreadingHTTPServer((address, HTTP_PORT), Handler)
    server.control = control
    server.description = describe(control, base).encode()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    link.bind(('', SSDP_PORT))
    link.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GROUP) + socket.inet_aton(address))
    say('ready')
    while True:
        data, sender = link.recvfrom(2000)
        wanted = re.search(r'^ST: *(\S+)', data.decode(errors='replace'), re.M | re.I)
        if not hears:
            hears = wanted is not None and 'rootdevice' in wanted[1]
            say('missed', what=wanted and wanted[1])
        elif wanted and 'InternetGatewayDevice' in wanted[1]:
            link.sendto((f'HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nST: {wanted[1]}\r\nUSN: uuid:1::{wanted[1]}\r\nEXT:\r\n'
                         f'SERVER: x\r\nLOCATION: http://{address}:{HTTP_PORT}/desc.xml\r\n\r\n').encode(), sender)


if __name__ == '__main__':
    main()
