// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {KeyRegistration} from "../../../src/types/KeyRegistration.sol";
import {Roles} from "../../../src/interfaces/INodeRegistry.sol";
import {NodeRegistry} from "../../../src/NodeRegistry.sol";
import {Consumer} from "../../support/Consumers.sol";
import {GasMeter, Reentrant} from "./Strangers.sol";
import {World} from "./World.sol";

/// @notice Who acts: requesters of five kinds, four honest nodes, one that only gets in the way, a thief,
/// and three more that only verify.
abstract contract Actors is World {
    uint256 internal constant HONEST = 4;
    uint256 private constant SUPPLY = 1_000_000 ether;
    uint256 private constant STAKE = 500 ether;
    uint256 private constant ACCOUNT = 10_000 ether;

    address internal immutable requester = makeAddr("requester");
    address internal immutable meter = makeAddr("meter");
    address internal immutable operator = makeAddr("operator");
    address internal immutable challenger = makeAddr("challenger");
    address internal immutable stranger = makeAddr("stranger");

    /// The honest ones, the griefer, the thief, and those that only verify.
    address[] internal nodeList;
    address internal griefer;
    address internal thief;
    uint256 internal thiefsStart;

    address[] internal requesters;
    Reentrant internal reentrant;
    /// Fails, or not, as it happens.
    Consumer internal moody;
    mapping(address account => bool) internal isConsumer;
    mapping(address node => uint256) private _privateKeys;

    function _populate() internal {
        _addNode("signer", Roles.INFERENCE | Roles.TEE | Roles.VERIFIER, operator);
        _addNode("second signer", Roles.INFERENCE | Roles.VERIFIER, operator);
        _addNode("enclave", Roles.TEE, operator);
        _addNode("prover", Roles.PROVER | Roles.INFERENCE, operator);
        griefer = _addNode("griefer", Roles.ALL, address(0));
        thief = _addNode("thief", Roles.ALL & ~Roles.VERIFIER, address(0));
        for (uint256 i = 0; i < 3; ++i) {
            _addNode(string.concat("verifier ", vm.toString(i)), Roles.VERIFIER, operator);
        }
        _registerKey(nodeList[0], WORKLOAD);
        _registerKey(nodeList[2], OTHER_WORKLOAD);

        vm.etch(meter, GasMeter.CODE);
        reentrant = new Reentrant();
        moody = new Consumer();
        moody.set(Consumer.Fault.Revert);
        Consumer bomb = new Consumer();
        bomb.set(Consumer.Fault.ReturnBomb);
        address[5] memory asking = [requester, meter, address(reentrant), address(moody), address(bomb)];
        for (uint256 i = 0; i < asking.length; ++i) {
            requesters.push(asking[i]);
            isConsumer[asking[i]] = asking[i].code.length > 0;
            _supply(asking[i]);
        }
        _supply(operator);
        _supply(stranger);
        _supply(challenger);
        vm.prank(challenger);
        court.deposit(challenger, ACCOUNT);
        thiefsStart = token.balanceOf(thief) + hub.balanceOf(thief) + nodes.nodeOf(thief).stake;
    }

    function _sign(address node, bytes32 digest) internal view returns (bytes memory) {
        return _signWith(_privateKeys[node], digest);
    }

    function _signWith(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    /// The griefer and the thief are everything themselves; each other node has two payees for its operator to choose from.
    function _operatorOf(address node) internal view returns (address) {
        return node == griefer || node == thief ? node : operator;
    }

    function _payeeFor(address node, uint256 which) internal pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode("payee", node, which % 2)))));
    }

    function _enclaveKey(address node, uint64 epoch) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode("enclave", node, epoch)));
    }

    /// Registers the node's next attested key, which is valid at once.
    function _registerKey(address node, bytes32 workload) internal {
        uint64 epoch = keys.epochOf(node) + 1;
        uint40 time = uint40(vm.getBlockTimestamp());
        KeyRegistration memory registration = KeyRegistration({
            node: node,
            signer: vm.addr(_enclaveKey(node, epoch)),
            hpkeKey: 0,
            evidenceHash: keccak256(abi.encode(node, epoch)),
            rootId: ROOT,
            teeType: TEE_TYPE,
            workloadId: workload,
            platformId: "platform",
            tcbStatus: 1,
            tcbEval: 1,
            attestedAt: time,
            expiresAt: time + 366 days,
            keyEpoch: epoch
        });
        bytes memory signature = _signWith(_enclaveKey(node, epoch), keys.digestOf(registration, time));
        vm.prank(node);
        keys.registerKeyWithEvidence(registration, time, signature, abi.encode(registration));
    }

    /// Registered, staked and with an account at both hubs.
    /// @param operator_ Its own operator where it is zero.
    function _addNode(string memory name, uint8 roles, address operator_) private returns (address node) {
        (address wallet, uint256 key) = makeAddrAndKey(name);
        node = wallet;
        _privateKeys[node] = key;
        nodeList.push(node);
        address[2] memory registers = [address(nodes), address(otherNodes)];
        for (uint256 i = 0; i < registers.length; ++i) {
            _register(NodeRegistry(registers[i]), node, operator_ == address(0) ? node : operator_, roles);
        }
        _supply(node);
        address[2] memory hubs = [address(hub), address(otherHub)];
        for (uint256 i = 0; i < hubs.length; ++i) {
            vm.prank(node);
            (bool deposited,) = hubs[i].call(abi.encodeCall(hub.deposit, (node, ACCOUNT)));
            assertTrue(deposited, "The node's deposit was refused.");
        }
    }

    function _register(NodeRegistry register, address node, address operator_, uint8 roles) private {
        address payee = operator_ == node ? node : _payeeFor(node, 0);
        uint256 deadline = vm.getBlockTimestamp();
        bytes memory signature = _sign(node, register.registrationDigest(node, operator_, deadline));
        vm.prank(operator_);
        register.register(node, payee, roles, "", "", deadline, signature);

        token.mint(address(this), STAKE);
        token.approve(address(register), STAKE);
        register.stake(node, STAKE);
    }

    function _supply(address account) private {
        token.mint(account, SUPPLY);
        address[4] memory spenders = [address(hub), address(otherHub), address(nodes), address(court)];
        for (uint256 i = 0; i < spenders.length; ++i) {
            vm.prank(account);
            token.approve(spenders[i], type(uint256).max);
        }
    }
}
