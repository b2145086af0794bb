# Waits until the one address answers and says what to try.
exec node -e '
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const answers = (path, status) => fetch(`http://gateway:8080${path}`).then((response) => response.status === status, () => false);
const isReady = async () => (await answers("/v1/matters", 401)) && (await answers("/v1/track/none", 404));
for (let tries = 0; tries < 300 && !(await isReady()); tries++) await wait(1000);
if (!(await isReady())) { console.error("Lianban does not answer; the logs of set-up and of the services say why."); process.exit(1); }
console.log("Lianban is ready: http://127.0.0.1:8080, tokens at http://127.0.0.1:8081/token. Try it: npm run demo");
' --input-type=module
