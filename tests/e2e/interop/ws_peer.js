// ws_peer.js URL TOKEN PROTOCOL - a platform that speaks through "ws": sends each line of standard input as a message,
// prints each message that comes and, at the end, how it was closed. Ends when it has a receipt for every line.
const WebSocket = require('ws');
const lines = require('fs').readFileSync(0, 'utf8').split('\n').filter(Boolean);
const [url, token, protocol] = process.argv.slice(2);
const socket = new WebSocket(url, protocol.split(','), { headers: { Authorization: `Bearer ${token}` } });
let waiting = lines.length;

const print = (value) => console.log(JSON.stringify(value));
socket.on('open', () => {
  print({ protocol: socket.protocol, extensions: socket.extensions });
  lines.forEach((line) => socket.send(line));
});
socket.on('message', (data, isBinary) => {
  const message = JSON.parse(data.toString());
  print({ isBinary, message });
  waiting -= message.data.events.length;
  if (waiting <= 0) socket.close(1000);
});
socket.on('unexpected-response', (_, answer) => {
  print({ status: answer.statusCode });
  process.exit(0);
});
socket.on('error', (error) => print({ error: error.message }));
socket.on('close', (code) => print({ close: code }));
