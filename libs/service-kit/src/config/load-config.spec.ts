import { IsArray, IsBoolean, IsInt, IsOptional, IsString, Max } from 'class-validator';
import { IdentityConfig } from '../identity/identity.config.js';
import { ConfigInvalid, loadConfig, loadConfigs } from './load-config.js';

class ShopConfig {
  @IsString()
  publicUrl!: string;

  @IsInt()
  @Max(100)
  maxOrders: number = 5;

  @IsBoolean()
  isOpen: boolean = false;

  @IsArray()
  halls: string[] = [];

  @IsOptional()
  @IsString()
  nickname?: string;
}

const complaintsAbout = (env: Record<string, string>): string[] => {
  try {
    loadConfig(ShopConfig, env);
    return [];
  } catch (error) {
    return (error as ConfigInvalid).errors;
  }
};

describe('loadConfig', () => {
  it('reads each field from the variable of its name, in the kind of the field', () => {
    const env = { PUBLIC_URL: 'http://a', MAX_ORDERS: '7', IS_OPEN: 'true', HALLS: 'lixia, zhangdian' };
    expect(loadConfig(ShopConfig, env)).toEqual({
      publicUrl: 'http://a',
      maxOrders: 7,
      isOpen: true,
      halls: ['lixia', 'zhangdian'],
    });
  });

  it('keeps the default of what is not set or empty', () => {
    const { maxOrders, isOpen } = loadConfig(ShopConfig, { PUBLIC_URL: 'http://a', MAX_ORDERS: ' ' });
    expect([maxOrders, isOpen]).toEqual([5, false]);
  });

  it('reports every error at once, by the names of the variables', () => {
    const complaints = complaintsAbout({ MAX_ORDERS: 'many', IS_OPEN: 'perhaps' });
    expect(complaints).toHaveLength(3);
    expect(complaints[0]).toBe('PUBLIC_URL is missing');
  });

  it('never shows the value of a variable', () => {
    expect(complaintsAbout({ PUBLIC_URL: 'x', MAX_ORDERS: 'hunter2' }).join()).not.toContain('hunter2');
  });

  it('reports the errors of several classes at once', () => {
    expect(() => loadConfigs([ShopConfig, IdentityConfig], {})).toThrow(
      /PUBLIC_URL.*OIDC_ISSUER.*OIDC_AUDIENCE/,
    );
  });
});

describe('IdentityConfig', () => {
  const env = { OIDC_ISSUER: 'http://issuer:3000', OIDC_AUDIENCE: 'lianban' };

  it('takes an issuer without a dot in its name', () => {
    expect(loadConfig(IdentityConfig, env).oidcAlgorithms).toEqual(['RS256', 'ES256', 'PS256']);
  });

  it.each(['none', 'HS256', 'RS256,HS512'])('takes no %s', (algorithms) => {
    expect(() => loadConfig(IdentityConfig, { ...env, OIDC_ALGORITHMS: algorithms })).toThrow(
      /OIDC_ALGORITHMS/,
    );
  });
});
