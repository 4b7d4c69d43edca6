// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Vm} from "forge-std/Vm.sol";

import {KeyTerms} from "../../src/interfaces/IAttestedKeys.sol";
import {Setup} from "../../src/interfaces/IProofSetup.sol";
import {CourtParameters} from "../../src/types/CourtConfig.sol";
import {HubParameters} from "../../src/types/HubConfig.sol";

/// @notice Whom a deployment belongs to.
struct Owners {
    /// What fees and stakes are paid in.
    address token;
    /// Pauses the hub, revokes keys.
    address guardian;
    /// Of the timelock, here and below.
    address[] proposers;
    address[] executors;
    uint256 delay;
}

/// @notice All that is decided before a deployment, for good.
struct Configuration {
    /// Two deployments by one account differ in it.
    bytes32 salt;
    bool isDevelopment;
    Owners owners;
    HubParameters hub;
    CourtParameters court;
    KeyTerms keys;
    /// What proofs are verified by.
    Setup proofs;
}

/// @notice Reads settings from the environment. All of them stand in `.env.example`, which says what they mean.
library Settings {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    error SettingMissing(string name);
    error SettingInvalid(string name, string value);

    string internal constant DEFAULT_SALT = "OpenGradient.Relayer.1";
    uint256 private constant LEAST_DELAY = 48 hours;

    /// @notice Where the addresses are written: in `deployments`, by the chain's number, unless told.
    function file() internal view returns (string memory) {
        return _textOr("OG_DEPLOY_FILE", string.concat("deployments/", vm.toString(block.chainid), ".json"));
    }

    function fromBlock() internal view returns (uint256) {
        return _number("OG_DEPLOY_FROM_BLOCK", 0, type(uint64).max);
    }

    function salt() internal view returns (bytes32) {
        return keccak256(bytes(_textOr("OG_DEPLOY_SALT", DEFAULT_SALT)));
    }

    /// @notice Nothing of this has a default but what is safe everywhere: the delay, and that anyone may execute what has waited for so long.
    function owners() internal view returns (Owners memory) {
        return Owners({
            token: _address("OG_DEPLOY_TOKEN"),
            guardian: _address("OG_DEPLOY_GUARDIAN"),
            proposers: _addresses("OG_DEPLOY_PROPOSERS", new address[](0)),
            executors: _addresses("OG_DEPLOY_EXECUTORS", new address[](1)),
            delay: _delay()
        });
    }

    function hub(uint128 minBond) internal view returns (HubParameters memory) {
        return HubParameters({
            defaultWindow: _seconds("OG_DEPLOY_HUB_DEFAULT_WINDOW_S", 2 hours),
            minWindow: _seconds("OG_DEPLOY_HUB_MIN_WINDOW_S", 30 minutes),
            maxWindow: _seconds("OG_DEPLOY_HUB_MAX_WINDOW_S", 7 days),
            attestedHold: _seconds("OG_DEPLOY_HUB_ATTESTED_HOLD_S", 1 hours),
            claimTime: _seconds("OG_DEPLOY_HUB_CLAIM_TIME_S", 2 minutes),
            provenClaimTime: _seconds("OG_DEPLOY_HUB_PROVEN_CLAIM_TIME_S", 30 minutes),
            deliveryTime: _seconds("OG_DEPLOY_HUB_DELIVERY_TIME_S", 7 days),
            minBond: minBond,
            signedLienFees: _share("OG_DEPLOY_HUB_SIGNED_LIEN_FEES", 100),
            attestedLienFees: _share("OG_DEPLOY_HUB_ATTESTED_LIEN_FEES", 20),
            failureShare: _share("OG_DEPLOY_HUB_FAILURE_SHARE_BP", 2000)
        });
    }

    function court(uint128 sealBond, uint128 memberFee) internal view returns (CourtParameters memory) {
        return CourtParameters({
            phase: _seconds("OG_DEPLOY_COURT_PHASE_S", 15 minutes),
            sealTime: _seconds("OG_DEPLOY_COURT_SEAL_TIME_S", 1 hours),
            sealBond: sealBond,
            memberFee: memberFee,
            depositShare: _share("OG_DEPLOY_COURT_DEPOSIT_SHARE_BP", 500),
            silenceShare: _share("OG_DEPLOY_COURT_SILENCE_SHARE_BP", 100)
        });
    }

    function keys() internal view returns (KeyTerms memory) {
        return KeyTerms({
            vetoWindow: _seconds("OG_DEPLOY_KEYS_VETO_WINDOW_S", 10 minutes),
            overlap: _seconds("OG_DEPLOY_KEYS_OVERLAP_S", 1 hours),
            maxLifetime: _seconds("OG_DEPLOY_KEYS_MAX_LIFETIME_S", 90 days)
        });
    }

    /// @notice The setup of proofs, from the file that a setting names.
    function proofs() internal view returns (Setup memory) {
        string memory path = _text("OG_DEPLOY_PROOF_SETUP");
        require(bytes(path).length != 0, SettingMissing("OG_DEPLOY_PROOF_SETUP"));
        return proofs(path);
    }

    /// @notice The setup of proofs that a file holds. Whether it is one, the verifier's constructor checks.
    function proofs(string memory path) internal view returns (Setup memory setup) {
        string memory json = vm.readFile(path);
        setup.label = vm.parseJsonString(json, ".label");
        setup.tau = abi.decode(vm.parseJsonBytes(json, ".tau2"), (uint256[4]));
        bytes[] memory powers = vm.parseJsonBytesArray(json, ".tau2Powers");
        bytes[] memory witnesses = vm.parseJsonBytesArray(json, ".tau1Powers");
        setup.powers = new uint256[4][](powers.length);
        for (uint256 i = 0; i < powers.length; ++i) {
            setup.powers[i] = abi.decode(powers[i], (uint256[4]));
        }
        setup.witnesses = new uint256[2][](witnesses.length);
        for (uint256 i = 0; i < witnesses.length; ++i) {
            setup.witnesses[i] = abi.decode(witnesses[i], (uint256[2]));
        }
    }

    /// @notice An amount of the token in its smallest unit. What it should be depends on what the token is worth, so that there is no default.
    function amount(string memory name) internal view returns (uint128) {
        require(bytes(_text(name)).length != 0, SettingMissing(name));
        return uint128(_number(name, 0, type(uint128).max));
    }

    function _seconds(string memory name, uint40 otherwise) private view returns (uint40) {
        return uint40(_number(name, otherwise, type(uint40).max));
    }

    /// A timelock that does not wait is none.
    function _delay() private view returns (uint256 delay) {
        delay = _number("OG_DEPLOY_TIMELOCK_DELAY_S", 48 hours, 30 days);
        require(delay >= LEAST_DELAY, SettingInvalid("OG_DEPLOY_TIMELOCK_DELAY_S", vm.toString(delay)));
    }

    function _share(string memory name, uint16 otherwise) private view returns (uint16) {
        return uint16(_number(name, otherwise, type(uint16).max));
    }

    function _number(string memory name, uint256 otherwise, uint256 most) private view returns (uint256 value) {
        string memory text = _text(name);
        if (bytes(text).length == 0) return otherwise;
        try vm.parseUint(text) returns (uint256 parsed) {
            value = parsed;
        } catch {
            revert SettingInvalid(name, text);
        }
        require(value <= most, SettingInvalid(name, text));
    }

    function _address(string memory name) private view returns (address) {
        address[] memory several = _addresses(name, new address[](0));
        require(several.length == 1, SettingInvalid(name, _text(name)));
        return several[0];
    }

    function _addresses(string memory name, address[] memory otherwise) private view returns (address[] memory values) {
        string memory text = _text(name);
        if (bytes(text).length == 0) {
            require(otherwise.length != 0, SettingMissing(name));
            return otherwise;
        }
        string[] memory items = vm.split(text, ",");
        values = new address[](items.length);
        for (uint256 i = 0; i < items.length; ++i) {
            try vm.parseAddress(vm.trim(items[i])) returns (address parsed) {
                values[i] = parsed;
            } catch {
                revert SettingInvalid(name, text);
            }
            require(values[i] != address(0), SettingInvalid(name, text));
        }
    }

    function _textOr(string memory name, string memory otherwise) private view returns (string memory text) {
        text = _text(name);
        return bytes(text).length == 0 ? otherwise : text;
    }

    /// A name that is set to nothing is not set.
    function _text(string memory name) private view returns (string memory) {
        return vm.trim(vm.envOr(name, string("")));
    }
}
