// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Vm} from "forge-std/Vm.sol";

import {DeploymentFactory} from "../../src/deployment/DeploymentFactory.sol";
import {Configuration} from "./Configuration.sol";
import {Planned} from "./Planned.sol";

/// @notice Writes down where everything stands, for programs: docs/deployment.md says what each field means.
library AddressesFile {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    uint256 private constant SCHEMA = 1;
    string private constant FOLDER = "deployments";

    /// @notice The endpoint tells of no event for this contract: its logs are incomplete, or begin after `OG_DEPLOY_FROM_BLOCK`.
    error DeploymentEventMissing(string name);

    function write(
        string memory path,
        Configuration memory configuration,
        Planned[] memory plan,
        DeploymentFactory factory,
        address deployer,
        uint256 fromBlock
    ) internal {
        string memory contracts;
        Vm.EthGetLogs[] memory logs = _deploymentsOf(factory, deployer, fromBlock);
        for (uint256 i = 0; i < plan.length; ++i) {
            contracts = vm.serializeString("contracts", plan[i].name, _contract(plan[i], logs));
        }

        vm.serializeUint("deployment", "schema", SCHEMA);
        vm.serializeUint("deployment", "chainId", block.chainid);
        vm.serializeBool("deployment", "isDevelopment", configuration.isDevelopment);
        vm.serializeAddress("deployment", "deployer", deployer);
        vm.serializeAddress("deployment", "factory", address(factory));
        vm.serializeBytes32("deployment", "salt", configuration.salt);
        vm.serializeString("deployment", "owners", _owners(configuration));
        vm.serializeString("deployment", "hub", _hub(configuration));
        vm.serializeString("deployment", "court", _court(configuration));
        vm.serializeString("deployment", "keys", _keys(configuration));
        vm.createDir(FOLDER, true);
        vm.writeJson(vm.serializeString("deployment", "contracts", contracts), path);
    }

    function _contract(Planned memory planned, Vm.EthGetLogs[] memory logs) private returns (string memory) {
        string memory key = string.concat("contract ", planned.name);
        vm.serializeAddress(key, "address", planned.at);
        vm.serializeUint(key, "block", _blockOf(planned, logs));
        vm.serializeBytes32(key, "codeHash", planned.at.codehash);
        return vm.serializeBytes(key, "arguments", planned.arguments);
    }

    function _owners(Configuration memory configuration) private returns (string memory) {
        vm.serializeAddress("owners", "token", configuration.owners.token);
        vm.serializeAddress("owners", "guardian", configuration.owners.guardian);
        vm.serializeAddress("owners", "proposers", configuration.owners.proposers);
        vm.serializeAddress("owners", "executors", configuration.owners.executors);
        return vm.serializeUint("owners", "delay", configuration.owners.delay);
    }

    function _hub(Configuration memory configuration) private returns (string memory) {
        vm.serializeUint("hub", "defaultWindow", configuration.hub.defaultWindow);
        vm.serializeUint("hub", "minWindow", configuration.hub.minWindow);
        vm.serializeUint("hub", "maxWindow", configuration.hub.maxWindow);
        vm.serializeUint("hub", "attestedHold", configuration.hub.attestedHold);
        vm.serializeUint("hub", "claimTime", configuration.hub.claimTime);
        vm.serializeUint("hub", "provenClaimTime", configuration.hub.provenClaimTime);
        vm.serializeUint("hub", "deliveryTime", configuration.hub.deliveryTime);
        // As text: it may be more than a JSON number carries.
        vm.serializeString("hub", "minBond", vm.toString(configuration.hub.minBond));
        vm.serializeUint("hub", "signedLienFees", configuration.hub.signedLienFees);
        vm.serializeUint("hub", "attestedLienFees", configuration.hub.attestedLienFees);
        return vm.serializeUint("hub", "failureShare", configuration.hub.failureShare);
    }

    function _court(Configuration memory configuration) private returns (string memory) {
        vm.serializeUint("court", "phase", configuration.court.phase);
        vm.serializeUint("court", "sealTime", configuration.court.sealTime);
        vm.serializeString("court", "sealBond", vm.toString(configuration.court.sealBond));
        vm.serializeString("court", "memberFee", vm.toString(configuration.court.memberFee));
        vm.serializeUint("court", "depositShare", configuration.court.depositShare);
        return vm.serializeUint("court", "silenceShare", configuration.court.silenceShare);
    }

    function _keys(Configuration memory configuration) private returns (string memory) {
        vm.serializeUint("keys", "vetoWindow", configuration.keys.vetoWindow);
        vm.serializeUint("keys", "overlap", configuration.keys.overlap);
        return vm.serializeUint("keys", "maxLifetime", configuration.keys.maxLifetime);
    }

    function _deploymentsOf(DeploymentFactory factory, address deployer, uint256 fromBlock)
        private
        returns (Vm.EthGetLogs[] memory)
    {
        bytes32[] memory topics = new bytes32[](2);
        topics[0] = DeploymentFactory.Deployed.selector;
        topics[1] = bytes32(uint256(uint160(deployer)));
        return vm.eth_getLogs(fromBlock, head(), address(factory), topics);
    }

    /// @notice The number of the last block, by the endpoint's own word: on some rollups `block.number` counts the blocks of another chain.
    function head() internal returns (uint256 number) {
        bytes memory digits = vm.rpc("eth_blockNumber", "[]");
        for (uint256 i = 0; i < digits.length; ++i) {
            number = number << 8 | uint8(digits[i]);
        }
    }

    function _blockOf(Planned memory planned, Vm.EthGetLogs[] memory logs) private pure returns (uint256) {
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[2] == planned.salt) return logs[i].blockNumber;
        }
        revert DeploymentEventMissing(planned.name);
    }
}
