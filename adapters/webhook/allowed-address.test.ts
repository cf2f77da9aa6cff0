import { describe, expect, it } from "@jest/globals";
import { isException, isPublic, readAllowed } from "./allowed-address.ts";

describe("addresses that webhooks are sent to", () => {
  it.each(["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8"])("public: %s", (address) => {
    expect(isPublic(address)).toBe(true);
  });

  it.each([
    ["loopback", "127.0.0.1"],
    ["loopback", "127.8.9.1"],
    ["loopback", "::1"],
    ["private", "10.0.0.1"],
    ["private", "172.31.255.255"],
    ["private", "192.168.1.1"],
    ["unique local", "fd12::1"],
    ["AWS's metadata over IPv6", "fd00:ec2::254"],
    ["metadata", "169.254.169.254"],
    ["link-local", "fe80::1"],
    ["carrier-grade NAT, Alibaba's metadata", "100.100.100.200"],
    ["Azure's host", "168.63.129.16"],
    ["Azure's host, mapped", "::ffff:168.63.129.16"],
    ["Oracle's metadata", "192.0.0.192"],
    ["multicast", "224.0.0.1"],
    ["multicast", "ff02::1"],
    ["broadcast", "255.255.255.255"],
    ["this network", "0.0.0.0"],
    ["unspecified", "::"],
    ["reserved", "240.0.0.1"],
    ["mapped", "::ffff:10.0.0.1"],
    ["mapped, in hexadecimal", "::ffff:a9fe:a9fe"],
    ["compatible", "::127.0.0.1"],
    ["translated", "64:ff9b::a00:1"],
    ["6to4", "2002:a00:1::1"],
    ["Teredo", "2001:0:4136:e378:8000:63bf:3fff:fdd2"],
    ["site-local", "fec0::1"],
    ["no address", "example.com"],
  ])("not public, %s: %s", (_what, address) => {
    expect(isPublic(address)).toBe(false);
  });

  const allowed = readAllowed([
    "Hooks.Internal.",
    "10.1.0.0/16",
    "fd00::/8",
    "192.168.7.7",
    "::ffff:10.9.9.9",
  ]);
  it.each([
    ["hooks.internal", "10.2.0.1", true],
    ["HOOKS.internal.", "127.0.0.1", true],
    ["other.internal", "10.1.255.255", true],
    ["other.internal", "::ffff:10.1.2.3", true],
    ["other.internal", "10.2.0.1", false],
    ["other.internal", "fd12::1", true],
    ["192.168.7.7", "192.168.7.7", true],
    ["other.internal", "192.168.7.7", true],
    ["other.internal", "10.9.9.9", true],
    ["more.hooks.internal", "10.2.0.1", false],
  ])("excepted, %s at %s: %s", (host, address, expected) => {
    expect(isException(allowed, host, address)).toBe(expected);
  });
});
