// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

import {AttestedKeys} from "../src/AttestedKeys.sol";
import {IAttestedKeys} from "../src/interfaces/IAttestedKeys.sol";
import {IVerifierRegistry} from "../src/interfaces/IVerifierRegistry.sol";
import {VerifierRegistry} from "../src/VerifierRegistry.sol";
import {FakeProofs} from "../test/support/Fakes.sol";
import {ScoreBoard} from "../test/support/ScoreBoard.sol";
import {TestToken} from "../test/support/TestToken.sol";
import {Deploy} from "./Deploy.s.sol";
import {Configuration, Owners, Settings} from "./deployment/Configuration.sol";

/// @title Deploys everything on a local chain, with a token that anyone may mint
/// @notice As `Deploy`, but that it belongs to the deployer, who is guardian, attester and the timelock's proposer; the timelock waits for nothing; emulated
/// roots and stand-in verifiers are allowed, one of each is approved, and what is "proven" is proven under a setup whose secret is known, or by a plain hash. Times and shares are those
/// of the settings.
contract DeployDevelopment is Deploy {
    /// @notice Anything but a local chain's number: what is deployed here must never meet value.
    error NotALocalChain(uint256 chainId);

    uint256 private constant LOCAL_CHAIN = 31_337;
    bytes32 private constant STAND_IN = "stand-in";
    /// Its secret follows from the seed that its label names.
    string private constant SETUP = "contracts/script/deployment/development-setup.json";
    /// The root's id, and its label.
    bytes32 private constant EMULATED = "emulated";
    bytes32 private constant WORKLOAD = "development";

    function _configure() internal view override returns (Configuration memory) {
        require(block.chainid == LOCAL_CHAIN, NotALocalChain(block.chainid));
        address[] memory deployer = new address[](1);
        deployer[0] = _deployer;
        return Configuration({
            salt: Settings.salt(),
            isDevelopment: true,
            // The token's address is known with the plan.
            owners: Owners({token: address(0), guardian: _deployer, proposers: deployer, executors: deployer, delay: 0}),
            hub: Settings.hub(0.01 ether),
            court: Settings.court(0.05 ether, 0.01 ether),
            keys: Settings.keys(),
            proofs: Settings.proofs(SETUP)
        });
    }

    function _requireToken() internal view override {}

    function _planAll() internal override {
        _configuration.owners.token = _addressOf("TestToken");
        _add("TestToken", "");
        _add("FakeProofs", "Fakes.sol:FakeProofs", "");
        super._planAll();
        _add("ScoreBoard", abi.encode(_addressOf("InferenceHub"), "volatility"));
    }

    /// Registers the stand-in, and approves what an emulated enclave needs: the deployer attests to it alone.
    function _furnish() internal override returns (uint256) {
        TimelockController timelock = TimelockController(payable(_addressOf("TimelockController")));
        (address[] memory targets, bytes[] memory calls) = _approvals();
        uint256[] memory values = new uint256[](calls.length);
        bytes32 operation = timelock.hashOperationBatch(targets, values, calls, 0, 0);
        if (timelock.isOperationDone(operation)) return 0;

        uint256 sent = 1;
        if (!timelock.isOperation(operation)) {
            vm.broadcast(_deployer);
            timelock.scheduleBatch(targets, values, calls, 0, 0, 0);
            ++sent;
        }
        vm.broadcast(_deployer);
        timelock.executeBatch(targets, values, calls, 0, 0);
        return sent;
    }

    function _verify() internal view override {
        super._verify();
        VerifierRegistry verifiers = VerifierRegistry(_addressOf("VerifierRegistry"));
        _same("VerifierRegistry: the stand-in is one", verifiers.isDevelopmentVerifier(_addressOf("FakeProofs")), true);
        AttestedKeys keys = AttestedKeys(_addressOf("AttestedKeys"));
        (, bool isEmulated,) = keys.rootOf(EMULATED);
        (bool isApproved,) = keys.workloadStatus(WORKLOAD);
        _same("AttestedKeys: the emulated root is one", isEmulated, true);
        _same("AttestedKeys: the workload is approved", isApproved, true);
        _same("AttestedKeys: the deployer attests", keys.isAttester(_deployer), true);
    }

    function _approvals() private view returns (address[] memory targets, bytes[] memory calls) {
        targets = new address[](5);
        calls = new bytes[](5);
        targets[0] = _addressOf("VerifierRegistry");
        calls[0] = abi.encodeCall(IVerifierRegistry.register, (_addressOf("FakeProofs"), STAND_IN, true));
        for (uint256 i = 1; i < targets.length; ++i) {
            targets[i] = _addressOf("AttestedKeys");
        }
        calls[1] = abi.encodeCall(IAttestedKeys.approveRoot, (EMULATED, EMULATED, true));
        calls[2] = abi.encodeCall(IAttestedKeys.approveWorkload, (WORKLOAD, "anything, on a local chain"));
        calls[3] = abi.encodeCall(IAttestedKeys.setAttester, (_deployer, true));
        calls[4] = abi.encodeCall(IAttestedKeys.setThreshold, (1));
    }
}
