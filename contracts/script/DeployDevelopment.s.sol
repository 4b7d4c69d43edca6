// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

import {IVerifierRegistry} from "../src/interfaces/IVerifierRegistry.sol";
import {FakeProofs} from "../test/support/Fakes.sol";
import {ScoreBoard} from "../test/support/ScoreBoard.sol";
import {TestToken} from "../test/support/TestToken.sol";
import {Deploy} from "./Deploy.s.sol";
import {Configuration, Owners, Settings} from "./deployment/Configuration.sol";

/// @title Deploys everything on a local chain, with a token that anyone may mint
/// @notice As `Deploy`, but that it belongs to the deployer, who is guardian and the timelock's proposer; the timelock waits for nothing; emulated roots and
/// stand-in verifiers are allowed, and one that "proves" by a plain hash is registered. Times and shares are those of the settings.
contract DeployDevelopment is Deploy {
    /// @notice Anything but a local chain's number: what is deployed here must never meet value.
    error NotALocalChain(uint256 chainId);

    uint256 private constant LOCAL_CHAIN = 31_337;
    bytes32 private constant STAND_IN = "stand-in";

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
            keys: Settings.keys()
        });
    }

    function _requireToken() internal view override {}

    function _planAll() internal override {
        _configuration.owners.token = _addressOf("TestToken");
        _add("TestToken", "");
        _add("FakeProofs", "Fakes.sol:FakeProofs", "");
        super._planAll();
        _add("ScoreBoard", abi.encode(_addressOf("InferenceHub")));
    }

    function _furnish() internal override returns (uint256) {
        address verifier = _addressOf("FakeProofs");
        IVerifierRegistry verifiers = IVerifierRegistry(_addressOf("VerifierRegistry"));
        if (verifiers.isRegistered(verifier)) return 0;

        TimelockController timelock = TimelockController(payable(_addressOf("TimelockController")));
        bytes memory call = abi.encodeCall(IVerifierRegistry.register, (verifier, STAND_IN, true));
        bytes32 operation = timelock.hashOperation(address(verifiers), 0, call, 0, 0);
        uint256 sent = 1;
        if (!timelock.isOperation(operation)) {
            vm.broadcast(_deployer);
            timelock.schedule(address(verifiers), 0, call, 0, 0, 0);
            ++sent;
        }
        vm.broadcast(_deployer);
        timelock.execute(address(verifiers), 0, call, 0, 0);
        return sent;
    }

    function _verify() internal view override {
        super._verify();
        IVerifierRegistry verifiers = IVerifierRegistry(_addressOf("VerifierRegistry"));
        _same("VerifierRegistry: the stand-in is one", verifiers.isDevelopmentVerifier(_addressOf("FakeProofs")), true);
    }
}
