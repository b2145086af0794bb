import { Body, Controller, Get, HttpCode, Module, Param, Post } from '@nestjs/common';
import { TestIssuer } from '@lianban/testing';
import { IsString } from 'class-validator';
import {
  CurrentCaller,
  ConfigInvalid,
  Roles,
  Log,
  Public,
  ServiceModule,
  createService,
  startListening,
} from './index.js';
import type { Caller } from './index.js';

class HelloConfig {
  @IsString()
  helloWord!: string;
}

@Controller('v1/hellos')
class HelloController {
  constructor(private readonly config: HelloConfig) {}

  @Get(':id')
  @Roles('clerk')
  greet(@CurrentCaller() caller: Caller, @Param('id') id: string) {
    return { word: this.config.helloWord, caller, id };
  }

  @Post()
  @HttpCode(200)
  @Public()
  echo(@Body() body: object) {
    return body;
  }

  @Get()
  unnamed() {
    return 'never seen';
  }
}

@Controller('v1/ops/hello')
@Public()
class OpsController {
  @Get()
  look() {
    return {};
  }
}

@Module({
  imports: [ServiceModule.for({ name: 'hello', config: HelloConfig })],
  controllers: [HelloController, OpsController],
})
class HelloModule {}

describe('a service', () => {
  let issuer: TestIssuer;
  let address: string;
  let lines: string[] = [];
  let app: Awaited<ReturnType<typeof createService>>;
  const sink = { write: (line: string) => lines.push(line) };

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    const env = { ...issuer.env, PORT: '0', HELLO_WORD: 'hello' };
    app = await createService(HelloModule, { env, logger: Log.to(sink) });
    address = await startListening(app);
  });
  beforeEach(() => (lines = []));
  afterAll(async () => {
    await app.close();
    await issuer.stop();
  });

  const get = (path: string, token?: string) =>
    fetch(address + path, { headers: token ? { authorization: `Bearer ${token}` } : {} });
  const tokenOf = (claims: Record<string, unknown>) => issuer.token({ claims });

  it('admits a caller with the right role and passes him to the route', async () => {
    const answer = await get('/v1/hellos/7', await tokenOf({ role: 'clerk', hall: 'lixia', sub: 'c1' }));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      word: 'hello',
      caller: { subject: 'c1', role: 'clerk', hall: 'lixia' },
      id: '7',
    });
  });

  it.each([
    ['no token', '/v1/hellos/7', {}, 'no-token', 401],
    ['another role', '/v1/hellos/7', { role: 'operator' }, 'wrong-role', 403],
    ['a clerk without a hall', '/v1/hellos/7', { role: 'clerk' }, 'invalid-token', 401],
    ['a route that names nobody', '/v1/hellos', { role: 'operator' }, 'wrong-role', 403],
    [
      'an operator route that claims to be public',
      '/v1/ops/hello',
      { role: 'clerk', hall: 'lixia' },
      'wrong-role',
      403,
    ],
  ])('refuses %s', async (_, path, claims, code, status) => {
    const answer = await get(path, 'role' in claims ? await tokenOf(claims) : undefined);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code]);
  });

  it('lists every wrong variable when it cannot start, and no value', async () => {
    const start = createService(HelloModule, { env: { PORT: 'secret' }, logger: Log.to(sink) });
    const error = await start.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigInvalid);
    const { message } = error as Error;
    for (const name of ['PORT', 'OIDC_ISSUER', 'OIDC_AUDIENCE', 'HELLO_WORD'])
      expect(message).toContain(name);
    expect(message).not.toContain('secret');
  });
});
