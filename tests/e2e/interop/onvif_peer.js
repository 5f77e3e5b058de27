// onvif_peer.js - the ONVIF client of npm asks a camera: node onvif_peer.js PORT PATH USER PASSWORD; prints what it is told as JSON
'use strict';
const { Cam } = require('onvif');

const [port, path, username, password] = process.argv.slice(2);
const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);

const cam = new Cam({ hostname: '127.0.0.1', port: Number(port), path, username, password, timeout: 10000 }, (error) => {
  if (error) {
    say({ error: String(error.message || error) });
    return;
  }
  cam.getDeviceInformation((failed, information) => {
    const profiles = cam.profiles.map((profile) => ({ token: profile.$.token, width: profile.videoEncoderConfiguration.resolution.width }));
    cam.getStreamUri({ protocol: 'RTSP', profileToken: 'sub' }, (refused, stream) => {
      say({ model: information && information.model, profiles, uri: stream && stream.uri, failed: String(failed || refused || '') });
    });
  });
});
